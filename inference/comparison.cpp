#include <algorithm>

#include <starling/core/random.hpp>
#include <starling/core/trace.hpp>
#include <starling/inference/comparison.hpp>
#include <starling/inference/pilot.hpp>

namespace starling {

namespace {

constexpr int kFirstRounds = 6;
constexpr int kSecondRounds = 4;
// The first measurement only steers the search.
constexpr int kFirstNoiseRuns = 512;
constexpr std::uint64_t kSecondStream = 1;
constexpr std::uint64_t kNoiseStream = 500;

SearchRegion find_region(EpidemicModel& model, SearchRegion start, int rounds, const QuadraticLoss& loss,
                         std::uint64_t seed) {
  const SearchSettings settings{.rounds = rounds};
  return search(std::move(start), settings, seed, [&](std::span<const double> theta, int round) {
    const RunNoise noise{derive_seed(seed, static_cast<std::uint64_t>(round)), 1};
    return loss.single_run_values(model.observe(theta, noise));
  });
}

NoiseModel noise_at(EpidemicModel& model, std::span<const double> theta, int runs, std::uint64_t seed) {
  return measure_noise(model.observe(theta, {seed, runs}), runs);
}

QuadraticLoss likelihood(std::vector<double> observed, const NoiseModel& noise) {
  return {std::move(observed), noise.precision, 0.5, QuadraticLoss::Form::unbiased};
}

}  // namespace

Comparison prepare_comparison(EpidemicModel& model, const NormalPrior& prior, std::vector<double> observed,
                              const CalibrationSettings& settings, std::uint64_t seed) {
  const TraceRange range("comparison");
  QuadraticLoss simple = QuadraticLoss::log_mse(observed, model.observation().records());
  if (settings.loss == LossKind::log_mse) return {std::move(simple), {}, std::nullopt};
  const SearchRegion coarse = find_region(model, {prior.mean(), prior.sd()}, kFirstRounds, simple, seed);
  const int first_runs = std::max(kFirstNoiseRuns, 2 * static_cast<int>(model.outputs()));
  const NoiseModel first = noise_at(model, coarse.mean, first_runs, derive_seed(seed, kNoiseStream));
  const SearchRegion fine = find_region(model, coarse, kSecondRounds, likelihood(observed, first),
                                        derive_seed(seed, kSecondStream));
  NoiseModel noise = noise_at(model, fine.mean, settings.noise_runs, derive_seed(seed, kNoiseStream + 1));
  QuadraticLoss loss = likelihood(std::move(observed), noise);
  return {std::move(loss), fine.mean, std::move(noise)};
}

}  // namespace starling
