// Seconds, agent-steps and bytes of epidemics forward and with gradient, as JSON lines. One process measures
// one horizon, so that its peak resident size is that horizon's.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <starling/abm/epidemic_model.hpp>
#include <starling/app/command_line.hpp>
#include <starling/app/population_source.hpp>
#include <starling/app/run_record.hpp>
#include <starling/autodiff/reduction.hpp>

namespace {

using namespace starling;

struct Options {
  std::string configuration;
  std::string measure = "epidemic_forward";  // or epidemic_gradient
  std::string device = "cpu";
  std::string commit;
  int days = 30;
  int samples = 16;
  int threads = 0;
  int repeats = 5;
};

double copy_bytes_per_second(const Exec& exec) {
  // Three times 256 MB, far beyond any cache; a copy reads and writes every byte.
  const std::vector<double> values(std::size_t{1} << 25, 1.0);
  std::vector<double> to(values.size());
  double best = 0.0;
  for (int repeat = 0; repeat < 3; ++repeat) {
    const auto start = std::chrono::steady_clock::now();
    const auto n = static_cast<std::int64_t>(values.size());
#pragma omp parallel for num_threads(exec.threads())
    for (std::int64_t i = 0; i < n; ++i)
      to[static_cast<std::size_t>(i)] = values[static_cast<std::size_t>(i)];
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, 2.0 * 8.0 * static_cast<double>(n) / seconds.count());
  }
  return best;
}

std::vector<double> measure(int repeats, const std::function<void()>& work, const Exec& exec) {
  work();  // warm-up
  std::vector<double> seconds;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const auto start = std::chrono::steady_clock::now();
    work();
    exec.synchronize();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::ranges::sort(seconds);
  return seconds;
}

// Compulsory traffic of one agent, step and lane, see SampledEpidemic: transmission 6 B, gathers of two
// memberships twice 4 B each, infection 2 B; the reverse sweep repeats the forward kernels without the draws
// and adds 60 B.
double bytes_per_item(const std::string& name) {
  return name == "epidemic_forward" ? 24.0 : 24.0 + 84.0;
}

void run(const Options& options) {
  app::Configuration configuration = app::read_configuration(options.configuration, {});
  configuration.epidemic.days = options.days;
  app::Invocation invocation;
  invocation.device = options.device;
  invocation.threads = options.threads;
  invocation.data_directory = app::find_data_directory();
  const Exec exec = app::make_exec(invocation);
  const Population population = app::make_population_of(invocation, configuration).population;
  GradientSettings gradient;
  gradient.estimator = Estimator::straight_through;
  EpidemicModel model(exec, population, configuration.epidemic, gradient, configuration.calibrate.parameters);
  const std::vector<double> theta = model.configured();
  const RunNoise noise{1, options.samples};
  const bool with_gradient = options.measure == "epidemic_gradient";
  const auto work = [&] {
    if (!with_gradient) {
      (void)model.observe(theta, noise);
      return;
    }
    Tape<double> tape(Exec::cpu(1));
    const Var<double> leaf = tape.variable({1, model.dimensions()}, theta);
    tape.backward(mean(model.observe(tape, leaf, noise)));
    (void)leaf.adjoint();
  };
  // The ceiling comes last: its arrays would raise the peak.
  const std::vector<double> seconds = measure(options.repeats, work, exec);
  const std::int64_t peak = app::host_peak_bytes();
  const double items = static_cast<double>(population.agents()) * model.schedule().steps() * options.samples;
  const double median = seconds[seconds.size() / 2];
  nlohmann::ordered_json line;
  line["name"] = options.measure;
  line["backend"] = to_string(exec.backend());
  line["device"] = exec.device_name();
  line["threads"] = exec.threads();
  line["size"] = {{"agents", population.agents()},
                  {"days", options.days},
                  {"networks", population.networks()},
                  {"samples", options.samples}};
  line["seconds"] = {{"min", seconds.front()}, {"median", median}, {"max", seconds.back()}};
  line["items"] = items;
  line["ns_per_item"] = 1e9 * median / items;
  line["items_per_second"] = items / median;
  line["bytes"] = items * bytes_per_item(options.measure);
  if (exec.backend() == Backend::cpu)
    line["ceiling_fraction"] = items * bytes_per_item(options.measure) / median / copy_bytes_per_second(exec);
  line["peak_bytes"] = exec.backend() == Backend::cpu ? peak : exec.memory().peak_bytes;
  line["commit"] = options.commit;
  std::puts(line.dump().c_str());
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App program("Times epidemics forward and with gradient");
  program.add_option("configuration", options.configuration)->required();
  program.add_option("--measure", options.measure)
      ->check(CLI::IsMember({"epidemic_forward", "epidemic_gradient"}));
  program.add_option("--device", options.device);
  program.add_option("--commit", options.commit);
  program.add_option("--days", options.days);
  program.add_option("--samples", options.samples);
  program.add_option("--threads", options.threads);
  program.add_option("--repeats", options.repeats);
  CLI11_PARSE(program, argc, argv);
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "starling_bench_epidemic: error: %s\n", error.what());
    return 1;
  }
  return 0;
}
