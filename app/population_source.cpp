#include <fmt/format.h>

#include <starling/abm/june_world.hpp>
#include <starling/abm/population_csv.hpp>
#include <starling/abm/population_file.hpp>
#include <starling/app/population_source.hpp>
#include <starling/core/error.hpp>

namespace starling::app {
namespace {

Population read_population(const PopulationSection& section) {
  if (section.source == "june") return read_june_world(section.file, {section.leisure_nearest});
  if (section.source == "csv") return read_population_csv(section.file);
  return read_population_file(section.file);
}

}  // namespace

Synthesis make_population_of(const Invocation& invocation, const Configuration& configuration) {
  const PopulationSection& section = configuration.population;
  if (section.source != "synthetic") {
    if (section.file.empty())
      throw InputError(fmt::format("{}: population.source = \"{}\" needs population.file, expected a path",
                                   configuration.file.string(), section.source));
    return {read_population(section), {}};
  }
  SynthesisSettings settings;
  settings.areas = section.areas;
  settings.scale = section.scale;
  settings.seed = section.seed;
  settings.data_directory = invocation.data_directory;
  return synthesise(settings);
}

}  // namespace starling::app
