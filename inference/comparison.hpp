#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <starling/abm/epidemic_model.hpp>
#include <starling/inference/calibration_settings.hpp>
#include <starling/inference/noise.hpp>
#include <starling/inference/prior.hpp>
#include <starling/inference/quadratic_loss.hpp>

namespace starling {

/// How simulated and observed series are compared, and how that was found out.
struct Comparison {
  QuadraticLoss loss;
  std::vector<double> pilot;        // where the noise was measured, [dimensions]; empty for LossKind::log_mse
  std::optional<NoiseModel> noise;  // absent for LossKind::log_mse
};

/// The loss of a calibration. For LossKind::measured_noise: a gradient-free search from the prior finds where
/// the simulator resembles the observation, repeated runs there measure its noise, the search goes on with
/// the likelihood that follows, and the noise is measured again with settings.noise_runs runs.
Comparison prepare_comparison(EpidemicModel& model, const NormalPrior& prior, std::vector<double> observed,
                              const CalibrationSettings& settings, std::uint64_t seed);

}  // namespace starling
