#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <starling/abm/epidemic_model.hpp>
#include <starling/app/epidemic_summary.hpp>
#include <starling/app/interrupt.hpp>
#include <starling/app/output_folder.hpp>
#include <starling/app/output_keys.hpp>
#include <starling/app/plots.hpp>
#include <starling/app/population_source.hpp>
#include <starling/app/run_record.hpp>
#include <starling/app/series_output.hpp>
#include <starling/app/verbs.hpp>
#include <starling/core/error.hpp>
#include <starling/core/random.hpp>

namespace starling::app {

namespace {

// Stream of the invocation's seed.
constexpr std::uint64_t kSimulateStream = 10;

/// Efficacies that a calibration of this configuration would set: a vaccination whose configured ones are 0
/// can act there, and is no mistake here.
std::vector<std::string> calibrated_efficacies(const Configuration& configuration) {
  std::vector<std::string> named;
  for (const std::string& name : configuration.calibrate.parameters) {
    const auto tie = configuration.calibrate.ties.find(name);
    if (tie == configuration.calibrate.ties.end())
      named.push_back(name);
    else
      named.insert(named.end(), tie->second.begin(), tie->second.end());
  }
  std::vector<std::string> paths = parameter_paths(configuration);
  std::erase_if(paths, [&](const std::string& path) {
    return path.find(".efficacy_") == std::string::npos || std::ranges::count(named, path) == 0;
  });
  return paths;
}

}  // namespace

void run_simulate(const Invocation& invocation, const Configuration& configuration) {
  const OutputFolder folder(invocation.output_directory);
  const Exec exec = make_exec(invocation);
  PhaseClock clock;
  clock.start("population");
  const Population population = make_population_of(invocation, configuration).population;
  clock.start("preparation");
  EpidemicModel model(exec, population, configuration.epidemic, configuration.gradient,
                      calibrated_efficacies(configuration), output_settings(configuration.outputs));
  model.set_batch_hook([] {
    if (interrupted()) throw Interrupted("simulate was stopped; nothing was written");
  });
  clock.start("simulation");
  const RunNoise noise{derive_seed(invocation.seed, kSimulateStream), configuration.simulate.samples};
  RunDetails details;
  const std::vector<double> series =
      model.series(model.configured(), noise, configuration.outputs.networks ? &details : nullptr);
  clock.start("output");
  NetworkCases network_cases;
  if (configuration.outputs.networks)
    network_cases = {network_names(configuration.epidemic), details.network_cases};
  folder.write_file("timeseries.csv", timeseries_csv(model.table(), series, model.schedule().calendar(),
                                                     configuration.outputs, network_cases));
  const PlotDates dates{configuration.epidemic.start, configuration.epidemic.step_hours};
  std::vector<PlotScript> scripts{plot_simulation(simulated_runs(model.table(), series), dates)};
  if (configuration.outputs.networks) {
    const EpidemicSummary summary = summarise_epidemic(details, configuration.epidemic, population.age_years);
    folder.write_file("reproduction.csv", reproduction_csv(summary));
    for (PlotScript& script : summary_plots(summary, dates)) scripts.push_back(std::move(script));
  }
  for (const RenderedPlot& plot : render_plots(scripts, folder)) {
    if (!plot.problem.empty() && !invocation.quiet)
      fmt::print(stderr, "no picture {}: {}\n", plot.name, plot.problem);
  }
  clock.stop();
  RunRecord record;
  record.agents = population.agents();
  record.edges = population.memberships.entries();
  record.seconds = clock.seconds();
  record.agent_steps_per_second = static_cast<double>(model.agent_steps()) / clock.seconds_of("simulation");
  record.host_peak_bytes = host_peak_bytes();
  record.device_peak_bytes = exec.backend() == Backend::cuda ? exec.memory().peak_bytes : 0;
  folder.write_file("run.json", to_json(record, invocation, exec, configuration));
  if (!invocation.quiet) fmt::print("{}\n", folder.file("timeseries.csv").string());
}

}  // namespace starling::app
