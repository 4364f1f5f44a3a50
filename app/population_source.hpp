#pragma once

#include <starling/abm/synthesis.hpp>
#include <starling/app/command_line.hpp>
#include <starling/app/configuration.hpp>

namespace starling::app {

/// The population that section [population] describes: synthesised, or read from population.file, which has
/// no marginals.
Synthesis make_population_of(const Invocation& invocation, const Configuration& configuration);

}  // namespace starling::app
