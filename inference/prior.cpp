#include <cmath>
#include <numbers>

#include <starling/autodiff/elementwise.hpp>
#include <starling/autodiff/reduction.hpp>
#include <starling/core/check.hpp>
#include <starling/inference/prior.hpp>

namespace starling {

NormalPrior::NormalPrior(std::vector<double> mean, std::vector<double> sd)
    : mean_(std::move(mean)), sd_(std::move(sd)) {
  check_equal_size("NormalPrior", "sd", static_cast<std::int64_t>(sd_.size()), dimensions());
  check_finite("NormalPrior", "mean", mean_);
  for (const double value : sd_) check_positive("NormalPrior", "sd", value);
}

Var<double> NormalPrior::log_density(Tape<double>& tape, Var<double> theta) const {
  const Var<double> mean = tape.constant({dimensions()}, mean_);
  const Var<double> sd = tape.constant({dimensions()}, sd_);
  double log_normaliser = 0.5 * dimensions() * std::log(2.0 * std::numbers::pi);
  for (const double value : sd_) log_normaliser += std::log(value);
  return -0.5 * sum(square((theta - mean) / sd), -1) - log_normaliser;
}

}  // namespace starling
