#include <algorithm>
#include <numeric>

#include <starling/abm/care_home_synthesis.hpp>
#include <starling/abm/synthesis_stream.hpp>

namespace starling {

namespace {

// Splits people of first_age … last_age over homes whose sizes differ by one at most.
void append_homes(const AgeCounts& residents, int first_age, int last_age, std::int64_t residents_per_home,
                  SynthesisStream& stream, CareHomes& homes) {
  std::vector<std::uint8_t> ages;
  for (int age = first_age; age <= last_age; ++age)
    ages.insert(ages.end(), static_cast<std::size_t>(residents[static_cast<std::size_t>(age)]),
                static_cast<std::uint8_t>(age));
  if (ages.empty()) return;
  stream.shuffle(ages);
  const auto people = static_cast<std::int64_t>(ages.size());
  const std::int64_t number =
      std::max<std::int64_t>(1, (people + residents_per_home / 2) / residents_per_home);
  const std::int64_t first = homes.offsets.back();
  homes.age_years.insert(homes.age_years.end(), ages.begin(), ages.end());
  for (std::int64_t home = 1; home <= number; ++home) homes.offsets.push_back(first + people * home / number);
}

}  // namespace

CareHomes house_in_care_homes(const AgeCounts& residents, std::uint64_t seed) {
  CareHomes homes;
  SynthesisStream stream(seed, SynthesisStage::care_homes);
  append_homes(residents, 0, kFirstOldAge - 1, kResidentsPerSmallHome, stream, homes);
  append_homes(residents, kFirstOldAge, kAges - 1, kResidentsPerOldHome, stream, homes);
  return homes;
}

Csr staff_care_homes(const CareHomes& homes, std::int64_t first_resident, const BoroughPeople& people,
                     std::uint64_t seed) {
  std::vector<VenueMembers> venues;
  std::vector<std::size_t> posts;
  for (std::size_t home = 1; home < homes.offsets.size(); ++home) {
    const std::int64_t first = homes.offsets[home - 1];
    const auto residents = static_cast<std::size_t>(homes.offsets[home] - first);
    VenueMembers& venue = venues.emplace_back(residents);
    std::iota(venue.begin(), venue.end(), static_cast<std::int32_t>(first_resident + first));
    posts.push_back((residents + kResidentsPerCareWorker - 1) / kResidentsPerCareWorker);
  }
  fill_posts(people, kAdultAge, posts, {seed, SynthesisStage::care_workers}, venues);
  Csr csr;
  append_venues(venues, csr);
  return csr;
}

}  // namespace starling
