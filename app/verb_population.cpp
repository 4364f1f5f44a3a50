#include <algorithm>
#include <cstdio>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <starling/abm/hdf5_file.hpp>
#include <starling/abm/population_file.hpp>
#include <starling/app/output_folder.hpp>
#include <starling/app/population_source.hpp>
#include <starling/app/report.hpp>
#include <starling/app/verbs.hpp>

namespace starling::app {

namespace {

using Json = nlohmann::ordered_json;

/// People in each category of an attribute: the most frequent 50, and how many people are in the others.
Json attribute_json(const Attribute& attribute) {
  constexpr std::size_t kListed = 50;
  std::vector<std::int64_t> counts(attribute.categories.size());
  for (const std::int32_t code : attribute.codes) ++counts[static_cast<std::size_t>(code)];
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() > kListed) {
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
    order.resize(kListed);
  }
  Json json{{"categories", counts.size()}, {"counts", Json::object()}};
  std::int64_t listed = 0;
  for (const std::size_t category : order) {
    json["counts"][attribute.categories[category]] = counts[category];
    listed += counts[category];
  }
  json["not_listed"] = static_cast<std::int64_t>(attribute.codes.size()) - listed;
  return json;
}

std::string population_json(const Synthesis& synthesis) {
  Json json;
  json["area"] = synthesis.population.area;
  json["agents"] = synthesis.population.agents();
  json["networks"] = Json::object();
  for (int n = 0; n < synthesis.population.type_count(); ++n) {
    const VenueTypeSummary summary = summarise(synthesis.population, n);
    json["networks"][synthesis.population.venue_types[static_cast<std::size_t>(n)]] = {
        {"venues", summary.venues}, {"memberships", summary.memberships}, {"largest", summary.largest}};
  }
  json["attributes"] = Json::object();
  for (const Attribute& attribute : synthesis.population.attributes)
    json["attributes"][attribute.name] = attribute_json(attribute);
  json["marginals"] = Json::array();
  for (const Marginal& marginal : synthesis.marginals)
    json["marginals"].push_back(
        {{"name", marginal.name}, {"target", marginal.target}, {"achieved", marginal.achieved}});
  // Names from elsewhere may not be UTF-8.
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void print_population(const Synthesis& synthesis) {
  const Population& population = synthesis.population;
  fmt::print("{}: {} agents\n\n", population.area, with_separators(population.agents()));
  fmt::print("{:<12} {:>10} {:>12} {:>9}\n", "network", "venues", "memberships", "largest");
  for (int n = 0; n < population.type_count(); ++n) {
    const VenueTypeSummary summary = summarise(population, n);
    fmt::print("{:<12} {:>10} {:>12} {:>9}\n", population.venue_types[static_cast<std::size_t>(n)],
               summary.venues, summary.memberships, summary.largest);
  }
  if (!population.attributes.empty()) fmt::print("\n{:<32} {:>10}\n", "attribute", "categories");
  for (const Attribute& attribute : population.attributes)
    fmt::print("{:<32} {:>10}\n", attribute.name, attribute.categories.size());
  if (synthesis.marginals.empty()) return;
  fmt::print("\n{:<52} {:>12} {:>12} {:>12}\n", "marginal", "target", "achieved", "difference");
  for (const Marginal& marginal : synthesis.marginals)
    fmt::print("{:<52} {:>12.6g} {:>12.6g} {:>12.3g}\n", marginal.name, marginal.target, marginal.achieved,
               marginal.achieved - marginal.target);
}

}  // namespace

void run_population(const Invocation& invocation, const Configuration& configuration) {
  const OutputFolder folder(invocation.output_directory);
  const Synthesis synthesis = make_population_of(invocation, configuration);
  if (hdf5_available()) write_population_file(folder.file("population.h5"), synthesis.population);
  folder.write_file("population.json", population_json(synthesis));
  if (invocation.quiet) return;
  print_population(synthesis);
  fmt::print("\n{}\n", folder.file("population.json").string());
  if (hdf5_available())
    fmt::print("{}\n", folder.file("population.h5").string());
  else
    fmt::print(stderr,
               "no population.h5: this build has no HDF5; install libhdf5-dev and configure with "
               "-DSTARLING_HDF5=ON\n");
}

}  // namespace starling::app
