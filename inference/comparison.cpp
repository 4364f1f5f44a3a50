#include <algorithm>

#include <starling/core/random.hpp>
#include <starling/core/trace.hpp>
#include <starling/inference/comparison.hpp>

namespace starling {

namespace {

constexpr int kSecondRounds = 4;
// The first measurement only steers the search.
constexpr int kFirstNoiseRuns = 512;
constexpr std::uint64_t kSecondStream = 1;
constexpr std::uint64_t kNoiseStream = 500;

NoiseModel noise_at(const OutputFunction& outputs, std::span<const double> theta, int runs,
                    std::uint64_t seed) {
  return measure_noise(outputs(theta, {seed, runs}), runs);
}

QuadraticLoss likelihood(std::vector<double> observed, const NoiseModel& noise) {
  return {std::move(observed), noise.precision, 0.5, QuadraticLoss::Form::unbiased};
}

}  // namespace

RunLoss single_runs(const QuadraticLoss& loss) {
  return [&loss](std::span<const double>, std::span<const double> outputs) {
    return loss.single_run_values(outputs);
  };
}

SearchRegion find_region(const OutputFunction& outputs, const Prior& prior, SearchRegion start, int rounds,
                         const RunLoss& loss, std::uint64_t seed) {
  const SearchSettings settings{.rounds = rounds};
  return search(std::move(start), settings, seed, [&](std::span<const double> u, int round) {
    const RunNoise noise{derive_seed(seed, static_cast<std::uint64_t>(round)), 1};
    const std::vector<double> theta = prior.constrain_values(u);
    return loss(theta, outputs(theta, noise));
  });
}

Comparison measured_noise_comparison(const OutputFunction& outputs, const Prior& prior,
                                     const QuadraticLoss& simple, int noise_runs, std::uint64_t seed) {
  const TraceRange range("comparison");
  const SearchRegion coarse = find_region(outputs, prior, {prior.start_location(), prior.start_scale()},
                                          kSearchRounds, single_runs(simple), seed);
  const int first_runs = std::max(kFirstNoiseRuns, 2 * static_cast<int>(simple.outputs()));
  const NoiseModel first =
      noise_at(outputs, prior.constrain_values(coarse.mean), first_runs, derive_seed(seed, kNoiseStream));
  const QuadraticLoss steered = likelihood(simple.observed(), first);
  SearchRegion fine = find_region(outputs, prior, coarse, kSecondRounds, single_runs(steered),
                                  derive_seed(seed, kSecondStream));
  std::vector<double> pilot = prior.constrain_values(fine.mean);
  NoiseModel noise = noise_at(outputs, pilot, noise_runs, derive_seed(seed, kNoiseStream + 1));
  QuadraticLoss loss = likelihood(simple.observed(), noise);
  return {std::move(loss), std::move(pilot), std::move(fine), std::move(noise)};
}

Comparison prepare_comparison(const OutputFunction& outputs, const Prior& prior, const QuadraticLoss& simple,
                              const CalibrationSettings& settings, std::uint64_t seed) {
  if (settings.loss == LossKind::log_mse) return {simple, {}, {}, std::nullopt};
  return measured_noise_comparison(outputs, prior, simple, settings.noise_runs, seed);
}

}  // namespace starling
