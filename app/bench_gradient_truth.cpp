#include <fmt/format.h>

#include <starling/app/benches.hpp>
#include <starling/app/gradient_comparison.hpp>
#include <starling/app/output_folder.hpp>
#include <starling/app/population_source.hpp>

namespace starling::app {

void bench_gradient_truth(const Exec& exec, const Invocation& invocation,
                          const Configuration& configuration) {
  const OutputFolder folder(invocation.output_directory);
  const Population population = make_population_of(invocation, configuration).population;
  const GradientComparison comparison =
      compare_gradients(exec, population, configuration, invocation.seed, [&](std::string_view estimator) {
        if (!invocation.quiet) fmt::print(stderr, "{}\n", estimator);
      });
  folder.write_file("gradient_truth.csv", gradient_truth_csv(comparison));
  folder.write_file("gradient_estimators.csv", gradient_estimators_csv(comparison));
  folder.write_file("gradient_estimators.md", gradient_estimators_table(comparison));
  const std::vector<PlotScript> plots{gradient_estimators_plot(comparison)};
  for (const RenderedPlot& plot : render_plots(plots, folder)) {
    if (!plot.problem.empty() && !invocation.quiet)
      fmt::print(stderr, "no picture {}: {}\n", plot.name, plot.problem);
  }
  for (const EstimatorFigures& figures : comparison.estimators) {
    if (!figures.refusal.empty()) fmt::print(stderr, "{}: {}\n", figures.estimator, figures.refusal);
  }
  fmt::print("{}\n", folder.path().string());
}

}  // namespace starling::app
