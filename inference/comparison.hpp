#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <starling/abm/epidemic_model.hpp>
#include <starling/inference/calibration_settings.hpp>
#include <starling/inference/noise.hpp>
#include <starling/inference/pilot.hpp>
#include <starling/inference/prior.hpp>
#include <starling/inference/quadratic_loss.hpp>

namespace starling {

/// How simulated and observed series are compared, and how that was found out.
struct Comparison {
  QuadraticLoss loss;
  std::vector<double> pilot;  // where the noise was measured, theta [dimensions]; empty without a search
  SearchRegion region;        // that place and the spread of the search's best draws, unconstrained
  std::optional<NoiseModel> noise;  // absent without a search
};

/// Runs a simulator without derivatives: theta [draws][dimensions] -> outputs [draws * replicates][outputs].
using OutputFunction =
    std::function<std::vector<double>(std::span<const double> theta, const RunNoise& noise)>;

/// Loss of single runs: theta [runs][dimensions] and the outputs [runs][outputs] they gave -> [runs].
using RunLoss =
    std::function<std::vector<double>(std::span<const double> theta, std::span<const double> outputs)>;

/// The loss by outputs alone. `loss` must outlive it.
RunLoss single_runs(const QuadraticLoss& loss);

/// Rounds of a search that starts from the prior.
inline constexpr int kSearchRounds = SearchSettings{}.rounds;

/// Where a simulator resembles the observation: a gradient-free search from `start`, in the unconstrained
/// coordinate of the prior, one run of each draw. For the first region take the prior's start_location() and
/// start_scale(); the flow may start where the search ended.
SearchRegion find_region(const OutputFunction& outputs, const Prior& prior, SearchRegion start, int rounds,
                         const RunLoss& loss, std::uint64_t seed);

/// A Gaussian likelihood with the simulator's own covariance, for any simulator: a gradient-free search from
/// the prior, in its unconstrained coordinate, by the distance `simple` finds where the simulator resembles
/// the observation, repeated runs there measure its noise, the search goes on with the likelihood that
/// follows, and the noise is measured again with `noise_runs` runs.
Comparison measured_noise_comparison(const OutputFunction& outputs, const Prior& prior,
                                     const QuadraticLoss& simple, int noise_runs, std::uint64_t seed);

/// The loss of a calibration: for LossKind::measured_noise the comparison above; for LossKind::log_mse
/// `simple`, the reference's distance, itself.
Comparison prepare_comparison(const OutputFunction& outputs, const Prior& prior, const QuadraticLoss& simple,
                              const CalibrationSettings& settings, std::uint64_t seed);

}  // namespace starling
