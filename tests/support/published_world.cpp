#include "published_world.hpp"

#include <algorithm>

#include "golden.hpp"
#include "worlds.hpp"

namespace starling::test {

PublishedWorld::PublishedWorld(const std::string& file) : golden(golden_json(file)) {
  const std::vector<std::uint8_t> ages = golden["ages"];
  const std::vector<std::string> names{"household", "company", "school"};
  population = make_population("tiny", ages, names,
                               {csr_from_lists(golden["households"]), csr_from_lists(golden["companies"]),
                                csr_from_lists(golden["schools"])});
  // Head-counts are stored figures there, not numbers of members.
  population.people.clear();
  for (const std::string& name : names)
    for (const int people : golden["people"][name]) population.people.push_back(people);
  const auto& drawn = golden["profiles"];
  for (std::size_t i = 0; i < ages.size(); ++i)
    profiles.push_back(drawn["max_infectiousness"][i], drawn["shape"][i], drawn["rate"][i],
                       drawn["shift"][i]);
  settings.start = golden["start"];
  settings.days = static_cast<int>(golden["active"].size());
  settings.age_bin_edges = {0, 120};
  const auto& saturday = golden["active"][3];  // 2022-02-05
  for (const std::string& name : names)
    settings.networks.push_back(
        {.name = name,
         .log10_beta = golden["log10_beta"][name],
         .weekends = std::find(saturday.begin(), saturday.end(), name) != saturday.end()});
}

std::vector<double> PublishedWorld::initially_infected() const {
  std::vector<double> result(population.age_years.size(), 0.0);
  for (const std::size_t agent : golden["initially_infected"]) result[agent] = 1.0;
  return result;
}

}  // namespace starling::test
