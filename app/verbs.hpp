#pragma once

#include <starling/app/command_line.hpp>
#include <starling/app/configuration.hpp>

namespace starling::app {

void run_population(const Invocation& invocation, const Configuration& configuration);
void run_simulate(const Invocation& invocation, const Configuration& configuration);
void run_calibrate(const Invocation& invocation, const Configuration& configuration);
void run_sensitivity(const Invocation& invocation, const Configuration& configuration);

/// Prints a line of JSON for each measurement.
void run_bench(const Invocation& invocation);

}  // namespace starling::app
