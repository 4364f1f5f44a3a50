#pragma once

#include <cstdint>
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

/// A population and the networks in which it meets, as the kernels read them, in the memory of one execution
/// context. Immutable; shared by all runs. `Real` is float for sampled runs and double for mean-field runs.
template <class Real>
class World {
 public:
  /// Throws InputError for a population that is not valid, for networks it cannot have (abm/mixing.hpp) and
  /// for profiles or groups of another population.
  World(const Exec& exec, const Population& population, const std::vector<NetworkSettings>& networks,
        const InfectiousnessProfiles& profiles, const CaseGroups& groups);

  [[nodiscard]] const Exec& exec() const { return exec_; }
  [[nodiscard]] std::int64_t agents() const { return agents_; }
  /// Cells of all venue types in use: the rows of pressures and their adjoints.
  [[nodiscard]] std::int64_t cells() const { return contact_.size(); }
  [[nodiscard]] std::int64_t home_cells() const { return home_cells_; }
  [[nodiscard]] std::int64_t partials() const { return partials_; }
  [[nodiscard]] std::int64_t attending_rows() const { return attending_rows_; }
  /// Configured networks.
  [[nodiscard]] int networks() const { return networks_; }
  /// Venue types in use.
  [[nodiscard]] int blocks() const { return static_cast<int>(blocks_.size()); }
  [[nodiscard]] const CellBlock& block(int index) const {
    return blocks_.at(static_cast<std::size_t>(index));
  }
  /// Groups whose infections are counted apart.
  [[nodiscard]] int groups() const { return groups_; }

  /// Youngest age of each group. [groups]
  [[nodiscard]] const std::vector<int>& group_ages() const { return group_ages_; }

  /// Members of the cells at home.
  [[nodiscard]] CsrView home_members() const { return {home_offsets_.data(), members_.data()}; }
  [[nodiscard]] CsrView memberships() const { return {membership_offsets_.data(), membership_cells_.data()}; }
  [[nodiscard]] VenueView<Real> venue_view(int block) const;
  /// What mixes the classes of a block that is not plain on a day type; its cells, rates and sums are left to
  /// the caller.
  [[nodiscard]] ClassMixingArgs<Real> class_mixing(int block, DayType day) const;
  /// Which networks make up the pressure of which cells.
  [[nodiscard]] ExposureBlocksView<Real> exposure_blocks() const {
    return {exposure_blocks_.data(), blocks(), reception_.data(), network_rows_.data()};
  }
  [[nodiscard]] ProfileView<Real> profile() const {
    return {log_scale_.data(), shape_minus_one_.data(), rate_per_day_.data(), shift_days_.data()};
  }
  [[nodiscard]] const std::uint16_t* group() const { return group_.data(); }

 private:
  World(const Exec& exec, const Population& population, int networks, const InfectiousnessProfiles& profiles,
        const CaseGroups& groups, const Cells& cells);

  Exec exec_;
  std::int64_t agents_;
  std::int64_t home_cells_;
  std::int64_t partials_;
  std::int64_t attending_rows_;
  int networks_;
  int groups_;
  std::vector<int> group_ages_;
  std::vector<CellBlock> blocks_;
  Buffer<std::int64_t> membership_offsets_;  // [agents + 1]
  Buffer<std::int32_t> membership_cells_;    // [memberships]
  Buffer<std::int32_t> members_;             // [memberships]
  Buffer<std::int64_t> home_offsets_;        // [home cells + 1]
  Buffer<VenueSegment> segments_;
  Buffer<SplitVenue> splits_;
  Buffer<Real> contact_;                               // [cells]
  Buffer<Real> emission_, reception_, class_contact_;  // tables of the blocks that are not plain
  Buffer<std::int32_t> network_rows_;
  Buffer<ExposureBlock> exposure_blocks_;                                 // [blocks]
  Buffer<Real> log_scale_, shape_minus_one_, rate_per_day_, shift_days_;  // [agents]
  Buffer<std::uint16_t> group_;                                           // [agents]
};

extern template class World<float>;
extern template class World<double>;

}  // namespace starling
