#include <cstdio>
#include <exception>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <starling/core/error.hpp>
#include <starling/examples/problems.hpp>

namespace {

using namespace starling;
using namespace starling::examples;

void print(const Problem& problem, const Calibration& calibration) {
  fmt::print("{:<18}{:>9}{:>20}{:>22}{:>20}\n", "parameter", "truth", "prior", "posterior", "95 % interval");
  for (std::size_t p = 0; p < problem.parameters.size(); ++p) {
    const MarginalSummary& marginal = calibration.marginals[p];
    fmt::print("{:<18}{:>9.3f}{:>20}{:>22}{:>20}\n", problem.parameters[p], problem.truth[p],
               problem.prior.marginals()[p].text(),
               fmt::format("{:.3f} ± {:.3f}", marginal.mean, marginal.sd),
               fmt::format("[{:.3f}, {:.3f}]", marginal.lower, marginal.upper));
  }
  fmt::print("{} epochs, {:.1f} s\n", calibration.state.history.size(), calibration.seconds);
}

int run(int argc, char** argv) {
  CLI::App program("Calibrates a small model against a run of its own at known parameters.");
  std::string name;
  CalibrationOptions options;
  std::optional<std::int64_t> horizon;
  int threads = 1;  // arrays of a few thousand numbers gain nothing from more
  program.add_option("model", name, fmt::format("One of {}", fmt::join(problem_names(), ", ")))
      ->required()
      ->check(CLI::IsMember(problem_names()));
  program.add_option("--epochs", options.epochs, "Steps of the optimiser")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  program.add_option("--seed", options.seed, "Seed of everything random")->capture_default_str();
  program.add_option("--horizon", horizon, "Earlier steps the gradient passes through; all without it")
      ->check(CLI::NonNegativeNumber);
  program.add_option("--threads", threads, "Threads, 0 for all")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  CLI11_PARSE(program, argc, argv);
  const Exec exec = Exec::cpu(threads);
  const Problem problem = make_problem(name, horizon ? GradientHorizon(*horizon) : GradientHorizon(), exec);
  print(problem, calibrate(problem, options, exec));
  return 0;
}

}  // namespace

/// Calibrates one of the small models against a run of its own.
int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "starling_small_models: %s\n", error.what());
    return 2;
  }
}
