#include <fmt/format.h>

#include <starling/app/benches.hpp>
#include <starling/app/calibration_comparison.hpp>
#include <starling/app/output_folder.hpp>
#include <starling/app/population_source.hpp>

namespace starling::app {

void bench_calibration(const Exec& exec, const Invocation& invocation, const Configuration& configuration) {
  const OutputFolder folder(invocation.output_directory);
  const Population population = make_population_of(invocation, configuration).population;
  const CalibrationComparison comparison = compare_calibrations(
      exec, population, configuration, invocation.seed, invocation.seeds, [&](std::string_view calibration) {
        if (!invocation.quiet) fmt::print(stderr, "{}\n", calibration);
      });
  folder.write_file("calibrations.csv", calibrations_csv(comparison));
  folder.write_file("calibrations.md", calibrations_table(comparison));
  for (const SeedCalibrations& seed : comparison.seeds) {
    for (const EstimatorCalibration& calibration : seed.calibrations) {
      if (!calibration.refusal.empty())
        fmt::print(stderr, "seed {}, {}: {}\n", seed.seed, calibration.estimator, calibration.refusal);
    }
  }
  fmt::print("{}\n", folder.path().string());
}

}  // namespace starling::app
