#include <algorithm>

#include <starling/abm/world.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

template <class Real>
std::vector<Real> converted(const std::vector<double>& values) {
  std::vector<Real> result(values.size());
  std::ranges::transform(values, result.begin(), [](double value) { return static_cast<Real>(value); });
  return result;
}

template <class Real>
std::vector<Real> contact_probabilities(const Population& population) {
  std::vector<Real> contact(population.people.size());
  std::ranges::transform(population.people, contact.begin(),
                         [](std::int32_t people) { return static_cast<Real>(contact_probability(people)); });
  return contact;
}

std::vector<std::uint8_t> age_bins_of(const Population& population, const std::vector<int>& edges) {
  const auto bins = static_cast<std::uint8_t>(edges.size() - 1);
  std::vector<std::uint8_t> result(population.age_years.size(), bins);
  for (std::size_t i = 0; i < result.size(); ++i) {
    for (std::uint8_t bin = 0; bin < bins; ++bin) {
      if (population.age_years[i] >= edges[bin] && population.age_years[i] < edges[bin + 1U]) result[i] = bin;
    }
  }
  return result;
}

void check_edges(const std::vector<int>& edges) {
  check_that(edges.size() >= 2 && edges.size() <= 100, "epidemic.age_bins",
             "expected between 2 and 100 edges");
  for (std::size_t i = 1; i < edges.size(); ++i)
    check_that(edges[i] > edges[i - 1], "epidemic.age_bins", "edges must ascend");
}

}  // namespace

double contact_probability(std::int32_t people) {
  if (people <= 0) return 0.0;
  if (people <= 2) return 1.0;
  return 1.0 / static_cast<double>(people - 1);
}

template <class Real>
struct World<Real>::Segments {
  std::vector<VenueSegment> segments;
  std::vector<SplitVenue> splits;
  std::vector<NetworkRange> ranges;
  std::int64_t partials = 0;

  explicit Segments(const Population& population) {
    for (int n = 0; n < population.type_count(); ++n) add_network(population, static_cast<std::size_t>(n));
  }

  void add_network(const Population& population, std::size_t network) {
    NetworkRange range;
    range.first_venue = population.venue_type_offsets[network];
    range.venues = population.venue_type_offsets[network + 1] - range.first_venue;
    range.first_segment = static_cast<std::int64_t>(segments.size());
    range.first_split = static_cast<std::int64_t>(splits.size());
    for (std::int64_t venue = range.first_venue; venue < range.first_venue + range.venues; ++venue)
      add_venue(population.members, venue);
    range.segments = static_cast<std::int64_t>(segments.size()) - range.first_segment;
    range.splits = static_cast<std::int64_t>(splits.size()) - range.first_split;
    ranges.push_back(range);
  }

  void add_venue(const Csr& members, std::int64_t venue) {
    const std::int64_t begin = members.offsets[static_cast<std::size_t>(venue)];
    const std::int64_t size = members.offsets[static_cast<std::size_t>(venue) + 1] - begin;
    const auto venue_id = static_cast<std::int32_t>(venue);
    const std::int64_t count = std::max<std::int64_t>(1, (size + kSegmentMembers - 1) / kSegmentMembers);
    const auto first_partial = checked_int32("World", "partial sums", partials);
    for (std::int64_t s = 0; s < count; ++s) {
      const auto length =
          static_cast<std::int32_t>(std::min<std::int64_t>(kSegmentMembers, size - s * kSegmentMembers));
      const std::int32_t partial = count == 1 ? -1 : first_partial + static_cast<std::int32_t>(s);
      segments.push_back({begin + s * kSegmentMembers, length, venue_id, partial});
    }
    if (count > 1) {
      splits.push_back({venue_id, first_partial, static_cast<std::int32_t>(count)});
      partials += count;
    }
  }
};

template <class Real>
World<Real>::World(const Exec& exec, const Population& population, const InfectiousnessProfiles& profiles,
                   const std::vector<int>& age_bin_edges)
    : World((validate(population), check_edges(age_bin_edges), exec), population, profiles, age_bin_edges,
            Segments(population)) {}

template <class Real>
World<Real>::World(const Exec& exec, const Population& population, const InfectiousnessProfiles& profiles,
                   const std::vector<int>& age_bin_edges, const Segments& segments)
    : exec_(exec),
      agents_(population.agents()),
      partials_(segments.partials),
      age_bins_(static_cast<int>(age_bin_edges.size()) - 1),
      ranges_(segments.ranges),
      membership_offsets_(exec, population.memberships.offsets),
      membership_venues_(exec, population.memberships.indices),
      members_(exec, population.members.indices),
      segments_(exec, segments.segments),
      split_venues_(exec, segments.splits),
      contact_(exec, contact_probabilities<Real>(population)),
      log_scale_(exec, converted<Real>(profiles.log_scale)),
      shape_minus_one_(exec, converted<Real>(profiles.shape_minus_one)),
      rate_per_day_(exec, converted<Real>(profiles.rate_per_day)),
      shift_days_(exec, converted<Real>(profiles.shift_days)),
      age_bin_(exec, age_bins_of(population, age_bin_edges)) {
  check_equal_size("World", "profiles", log_scale_.size(), agents_);
}

template <class Real>
VenueView<Real> World<Real>::venue_view(int network) const {
  const NetworkRange& own = range(network);
  return {members_.data(), segments_.data() + own.first_segment,
          own.segments,    split_venues_.data() + own.first_split,
          own.splits,      contact_.data()};
}

template class World<float>;
template class World<double>;

}  // namespace starling
