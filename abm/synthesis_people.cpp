#include <algorithm>
#include <numeric>

#include <starling/abm/synthesis_figures.hpp>
#include <starling/abm/synthesis_people.hpp>

namespace starling {

std::vector<std::int32_t> agents_aged(const BoroughPeople& people, int first_age, int last_age) {
  std::vector<std::int32_t> agents;
  for (std::size_t i = 0; i < people.age_years.size(); ++i)
    if (people.age_years[i] >= first_age && people.age_years[i] <= last_age)
      agents.push_back(static_cast<std::int32_t>(i));
  return agents;
}

void fill_posts(const BoroughPeople& people, int first_age, const std::vector<std::size_t>& posts,
                SynthesisStream stream, std::vector<VenueMembers>& venues) {
  std::vector<std::int32_t> candidates = agents_aged(people, first_age, kLastWorkingAge);
  std::erase_if(candidates,
                [&](std::int32_t agent) { return people.employed[static_cast<std::size_t>(agent)] == 0; });
  const std::size_t wanted = std::accumulate(posts.begin(), posts.end(), std::size_t{0});
  const std::size_t filled = std::min(wanted, candidates.size());
  stream.shuffle_front(candidates, filled);
  std::size_t next = 0;
  for (std::size_t v = 0; v < venues.size(); ++v)
    for (std::size_t post = 0; post < posts[v] && next < filled; ++post) {
      people.employed[static_cast<std::size_t>(candidates[next])] = 0;
      venues[v].push_back(candidates[next++]);
    }
}

void append_venues(std::vector<VenueMembers>& venues, Csr& csr) {
  for (VenueMembers& venue : venues) {
    std::sort(venue.begin(), venue.end());
    csr.indices.insert(csr.indices.end(), venue.begin(), venue.end());
    csr.offsets.push_back(static_cast<std::int64_t>(csr.indices.size()));
  }
}

}  // namespace starling
