#include <starling/app/population_source.hpp>

namespace starling::app {

Synthesis make_population_of(const Invocation& invocation, const Configuration& configuration) {
  SynthesisSettings settings;
  settings.areas = configuration.population.areas;
  settings.scale = configuration.population.scale;
  settings.seed = configuration.population.seed;
  settings.data_directory = invocation.data_directory;
  return synthesise(settings);
}

}  // namespace starling::app
