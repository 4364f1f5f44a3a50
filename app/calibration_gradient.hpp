#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <starling/app/configuration.hpp>
#include <starling/inference/gradient_record.hpp>
#include <starling/inference/marginal_prior.hpp>

namespace starling::app {

/// The gradient of a calibration's loss where it is not zero: at the 84 % quantile of each parameter's
/// posterior, theta [draws][parameters], one standard deviation from its middle. Of two epochs' worth of
/// draws, or of gradient.check_runs with calibrate.gradcheck, which also adds what differences say: with
/// steps of half that distance, inside the priors' supports, over as many runs.
GradientRecord calibration_gradient(const Configuration& configuration, const std::vector<double>& theta,
                                    std::span<const MarginalPrior> priors, const RecordedOutputs& loss,
                                    const NoisyFunction& loss_values, std::uint64_t seed);

/// One sentence for each parameter whose gradient is wrong: what it should be and what it is.
std::vector<std::string> gradient_warnings(const GradientRecord& record,
                                           const std::vector<std::string>& parameters);

}  // namespace starling::app
