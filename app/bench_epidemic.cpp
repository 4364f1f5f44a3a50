#include <starling/abm/epidemic_model.hpp>
#include <starling/app/benches.hpp>
#include <starling/app/population_source.hpp>
#include <starling/app/run_record.hpp>
#include <starling/autodiff/reduction.hpp>

namespace starling::app {

namespace {

// Transmission 6 B, gathers of two memberships twice 4 B each, infection 2 B, see SampledEpidemic; the
// reverse sweep repeats the forward kernels without the draws and adds 60 B.
constexpr double kForwardBytes = 24.0;
constexpr double kGradientBytes = kForwardBytes + 84.0;

void value_and_gradient(EpidemicModel& model, const std::vector<double>& theta, const RunNoise& noise) {
  Tape<double> tape(Exec::cpu(1));
  const Var<double> leaf = tape.variable({1, model.dimensions()}, theta);
  tape.backward(mean(model.observe(tape, leaf, noise)));
  (void)leaf.adjoint();
}

}  // namespace

std::vector<BenchRecord> bench_epidemic(const Exec& exec, const BenchOptions& options,
                                        const Invocation& invocation, const Configuration& configuration) {
  const Population population = make_population_of(invocation, configuration).population;
  GradientSettings gradient;
  gradient.estimator = Estimator::straight_through;
  std::vector<BenchRecord> records;
  for (const int samples : {8, 16, 32}) {
    EpidemicModel model(exec, population, configuration.epidemic, gradient,
                        configuration.calibrate.parameters);
    const std::vector<double> theta = model.configured();
    const RunNoise noise{1, samples};
    const double items = static_cast<double>(population.agents()) * model.schedule().steps() * samples;
    const auto record = [&](const char* name, double bytes_per_item, const std::function<void()>& work) {
      BenchRecord made{
          .name = name,
          .size = {{"agents", population.agents()},
                   {"days", configuration.epidemic.days},
                   {"networks", static_cast<std::int64_t>(configuration.epidemic.networks.size())},
                   {"samples", samples}},
          .number = "float",
          .items = items,
          .bytes = items * bytes_per_item,
          .seconds = time_work(exec, options.repeats, work)};
      made.peak_bytes = exec.memory().peak_bytes;
      records.push_back(std::move(made));
    };
    record("epidemic_forward", kForwardBytes, [&] { (void)model.observe(theta, noise); });
    record("epidemic_gradient", kGradientBytes, [&] { value_and_gradient(model, theta, noise); });
  }
  return records;
}

}  // namespace starling::app
