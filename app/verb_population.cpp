#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <starling/app/output_folder.hpp>
#include <starling/app/population_source.hpp>
#include <starling/app/report.hpp>
#include <starling/app/verbs.hpp>

namespace starling::app {

namespace {

std::string population_json(const Synthesis& synthesis) {
  nlohmann::ordered_json json;
  json["area"] = synthesis.population.area;
  json["agents"] = synthesis.population.agents();
  for (int n = 0; n < synthesis.population.type_count(); ++n) {
    const VenueTypeSummary summary = summarise(synthesis.population, n);
    json["networks"][synthesis.population.venue_types[static_cast<std::size_t>(n)]] = {
        {"venues", summary.venues}, {"memberships", summary.memberships}, {"largest", summary.largest}};
  }
  json["marginals"] = nlohmann::ordered_json::array();
  for (const Marginal& marginal : synthesis.marginals)
    json["marginals"].push_back(
        {{"name", marginal.name}, {"target", marginal.target}, {"achieved", marginal.achieved}});
  return json.dump(1) + "\n";
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
  fmt::print("\n{:<52} {:>12} {:>12} {:>12}\n", "marginal", "target", "achieved", "difference");
  for (const Marginal& marginal : synthesis.marginals)
    fmt::print("{:<52} {:>12.6g} {:>12.6g} {:>12.3g}\n", marginal.name, marginal.target, marginal.achieved,
               marginal.achieved - marginal.target);
}

}  // namespace

void run_population(const Invocation& invocation, const Configuration& configuration) {
  const OutputFolder folder(invocation.output_directory);
  const Synthesis synthesis = make_population_of(invocation, configuration);
  folder.write_file("population.json", population_json(synthesis));
  if (invocation.quiet) return;
  print_population(synthesis);
  fmt::print("\n{}\n", folder.file("population.json").string());
}

}  // namespace starling::app
