#include <algorithm>
#include <span>

#include <starling/abm/leisure_synthesis.hpp>

namespace starling {

Neighbourhoods synthesise_neighbourhoods(const std::vector<std::int64_t>& household_offsets,
                                         const std::vector<std::int64_t>& care_home_offsets) {
  const std::int64_t in_households = household_offsets.back();
  const std::int64_t people = in_households + care_home_offsets.back();
  const std::int64_t catchments =
      std::max<std::int64_t>(1, (people + kResidentsPerCatchment / 2) / kResidentsPerCatchment);
  Neighbourhoods result;
  result.area_count = catchments * kAreasPerCatchment;
  result.areas.reserve(static_cast<std::size_t>(people));
  const auto extend_to = [&](std::int64_t person, std::int64_t area) {
    result.areas.resize(static_cast<std::size_t>(person), static_cast<std::int32_t>(area));
  };
  for (std::size_t h = 1; h < household_offsets.size(); ++h)
    extend_to(household_offsets[h], household_offsets[h - 1] * result.area_count / in_households);
  const auto homes = static_cast<std::int64_t>(care_home_offsets.size()) - 1;
  for (std::int64_t home = 0; home < homes; ++home)
    extend_to(in_households + care_home_offsets[static_cast<std::size_t>(home) + 1],
              home * result.area_count / homes);

  // The people of each catchment, ascending: a count and a pass in order.
  const auto catchment_of = [](std::int32_t area) {
    return static_cast<std::size_t>(area / kAreasPerCatchment);
  };
  std::vector<std::int64_t>& offsets = result.catchments.offsets;
  offsets.assign(static_cast<std::size_t>(catchments) + 1, 0);
  for (const std::int32_t area : result.areas) ++offsets[catchment_of(area) + 1];
  for (std::size_t c = 1; c < offsets.size(); ++c) offsets[c] += offsets[c - 1];
  std::vector<std::int64_t> next(offsets.begin(), offsets.end() - 1);
  result.catchments.indices.resize(result.areas.size());
  for (std::size_t person = 0; person < result.areas.size(); ++person)
    result.catchments.indices[static_cast<std::size_t>(next[catchment_of(result.areas[person])]++)] =
        static_cast<std::int32_t>(person);
  return result;
}

}  // namespace starling
