#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <starling/abm/case_groups.hpp>
#include <starling/abm/cells.hpp>
#include <starling/abm/population.hpp>
#include <starling/abm/profile.hpp>
#include <starling/core/buffer.hpp>
#include <starling/kernels/class_mixing.hpp>
#include <starling/kernels/infection_shares.hpp>
#include <starling/kernels/transmission.hpp>
#include <starling/kernels/venue_pressure.hpp>

namespace starling {

/// Who meets whom where, as the kernels read it.
template <class Real>
struct WorldCells {
  WorldCells(const Exec& exec, const Cells& cells);

  std::int64_t home_cells;
  std::int64_t partials;
  std::int64_t attending_rows;
  std::vector<CellBlock> blocks;
  Buffer<std::int64_t> membership_offsets;  // [agents + 1]
  Buffer<std::int32_t> membership_cells;    // [memberships]
  Buffer<std::int32_t> members;             // [memberships]
  Buffer<std::int64_t> member_offsets;      // [cells + 1]
  Buffer<VenueSegment> segments;
  Buffer<SplitVenue> splits;
  Buffer<Real> contact;                             // [cells]
  Buffer<Real> emission, reception, class_contact;  // tables of the blocks that are not plain
  Buffer<std::int32_t> network_rows;
  Buffer<ExposureBlock> exposure_blocks;  // [blocks]
};

/// The infectiousness of every agent, as the kernels read it.
template <class Real>
struct WorldProfiles {
  WorldProfiles(const Exec& exec, const InfectiousnessProfiles& profiles);

  Buffer<Real> log_scale, shape_minus_one, rate_per_day, shift_days;  // [agents]
  double reach_days;
};

/// A population and the networks in which it meets, as the kernels read them, in the memory of one execution
/// context. Immutable; shared by all runs. `Real` is float for sampled runs and double for mean-field runs.
template <class Real>
class World {
 public:
  /// Throws InputError for a population that is not valid, for networks it cannot have (abm/mixing.hpp) and
  /// for profiles or groups of another population.
  World(const Exec& exec, const Population& population, const std::vector<NetworkSettings>& networks,
        const InfectiousnessProfiles& profiles, const CaseGroups& groups);

  /// The same people with other profiles, or counted in other groups. They share the memory of all else.
  /// Throw InputError for those of another population.
  [[nodiscard]] World with_profiles(const InfectiousnessProfiles& profiles) const;
  [[nodiscard]] World with_groups(const CaseGroups& groups) const;

  [[nodiscard]] const Exec& exec() const { return exec_; }
  [[nodiscard]] std::int64_t agents() const { return agents_; }
  /// Cells of all venue types in use: the rows of pressures and their adjoints.
  [[nodiscard]] std::int64_t cells() const { return cells_->contact.size(); }
  [[nodiscard]] std::int64_t home_cells() const { return cells_->home_cells; }
  [[nodiscard]] std::int64_t partials() const { return cells_->partials; }
  [[nodiscard]] std::int64_t attending_rows() const { return cells_->attending_rows; }
  /// Configured networks.
  [[nodiscard]] int networks() const { return networks_; }
  /// Venue types in use.
  [[nodiscard]] int blocks() const { return static_cast<int>(cells_->blocks.size()); }
  [[nodiscard]] const CellBlock& block(int index) const {
    return cells_->blocks.at(static_cast<std::size_t>(index));
  }
  /// Groups whose infections are counted apart.
  [[nodiscard]] int groups() const { return groups_; }

  /// Youngest age of each group. [groups]
  [[nodiscard]] const std::vector<int>& group_ages() const { return group_ages_; }

  /// Members of the cells at home.
  [[nodiscard]] CsrView home_members() const { return members(); }
  /// Members of all cells, those at home first.
  [[nodiscard]] CsrView members() const { return {cells_->member_offsets.data(), cells_->members.data()}; }
  [[nodiscard]] CsrView memberships() const {
    return {cells_->membership_offsets.data(), cells_->membership_cells.data()};
  }
  [[nodiscard]] VenueView<Real> venue_view(int block) const;
  /// What mixes the classes of a block that is not plain on a day type; its cells, rates and sums are left to
  /// the caller.
  [[nodiscard]] ClassMixingArgs<Real> class_mixing(int block, DayType day) const;
  /// Which networks make up the pressure of which cells.
  [[nodiscard]] ExposureBlocksView<Real> exposure_blocks() const {
    return {cells_->exposure_blocks.data(), blocks(), cells_->reception.data(), cells_->network_rows.data(),
            cells_->emission.data()};
  }
  [[nodiscard]] ProfileView<Real> profile() const {
    return {profiles_->log_scale.data(), profiles_->shape_minus_one.data(), profiles_->rate_per_day.data(),
            profiles_->shift_days.data()};
  }
  /// See profile_reach_days().
  [[nodiscard]] double profile_reach_days() const { return profiles_->reach_days; }
  [[nodiscard]] const std::uint16_t* group() const { return group_->data(); }

 private:
  void check_sizes() const;

  Exec exec_;
  std::int64_t agents_;
  int networks_;
  int groups_;
  std::vector<int> group_ages_;
  std::shared_ptr<const WorldCells<Real>> cells_;
  std::shared_ptr<const WorldProfiles<Real>> profiles_;
  std::shared_ptr<const Buffer<std::uint16_t>> group_;  // [agents]
};

extern template class World<float>;
extern template class World<double>;

}  // namespace starling
