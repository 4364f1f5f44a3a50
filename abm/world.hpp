#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/population.hpp>
#include <starling/abm/profile.hpp>
#include <starling/core/buffer.hpp>
#include <starling/kernels/transmission.hpp>
#include <starling/kernels/venue_pressure.hpp>

namespace starling {

/// What one network's kernels need to know of its venues.
struct NetworkRange {
  std::int64_t first_venue = 0;
  std::int64_t venues = 0;
  std::int64_t first_segment = 0;
  std::int64_t segments = 0;
  std::int64_t first_split = 0;
  std::int64_t splits = 0;
};

/// A population as the kernels read it, in the memory of one execution context. Immutable; shared by all
/// runs. `Real` is float for sampled runs and double for mean-field runs.
template <class Real>
class World {
 public:
  /// `age_bin_edges` are the edges of closed-open bins; agents outside all bins fall into an extra last bin
  /// that is simulated and not reported. Throws InputError for edges that do not ascend.
  World(const Exec& exec, const Population& population, const InfectiousnessProfiles& profiles,
        const std::vector<int>& age_bin_edges);

  [[nodiscard]] const Exec& exec() const { return exec_; }
  [[nodiscard]] std::int64_t agents() const { return agents_; }
  [[nodiscard]] std::int64_t venues() const { return contact_.size(); }
  [[nodiscard]] std::int64_t partials() const { return partials_; }
  [[nodiscard]] int networks() const { return static_cast<int>(ranges_.size()); }
  [[nodiscard]] const NetworkRange& range(int network) const {
    return ranges_.at(static_cast<std::size_t>(network));
  }
  /// Reported age bins; the kernels see one more, see the constructor.
  [[nodiscard]] int age_bins() const { return age_bins_; }
  [[nodiscard]] int kernel_age_bins() const { return age_bins_ + 1; }

  [[nodiscard]] CsrView memberships() const {
    return {membership_offsets_.data(), membership_venues_.data()};
  }
  [[nodiscard]] VenueView<Real> venue_view(int network) const;
  [[nodiscard]] ProfileView<Real> profile() const {
    return {log_scale_.data(), shape_minus_one_.data(), rate_per_day_.data(), shift_days_.data()};
  }
  [[nodiscard]] const std::uint8_t* age_bin() const { return age_bin_.data(); }

 private:
  struct Segments;
  World(const Exec& exec, const Population& population, const InfectiousnessProfiles& profiles,
        const std::vector<int>& age_bin_edges, const Segments& segments);

  Exec exec_;
  std::int64_t agents_;
  std::int64_t partials_;
  int age_bins_;
  std::vector<NetworkRange> ranges_;         // [networks]
  Buffer<std::int64_t> membership_offsets_;  // [agents + 1]
  Buffer<std::int32_t> membership_venues_;   // [memberships]
  Buffer<std::int32_t> members_;             // [memberships]
  Buffer<VenueSegment> segments_;
  Buffer<SplitVenue> split_venues_;
  Buffer<Real> contact_;                                                  // [venues]
  Buffer<Real> log_scale_, shape_minus_one_, rate_per_day_, shift_days_;  // [agents]
  Buffer<std::uint8_t> age_bin_;                                          // [agents]
};

extern template class World<float>;
extern template class World<double>;

/// Probability that two people in a venue of `people` meet: 1 / (people - 1) within [0, 1]; 1 for a single
/// person, 0 for an empty venue.
double contact_probability(std::int32_t people);

}  // namespace starling
