#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/optimizer.hpp>
#include <starling/kernels/adamw.hpp>

namespace starling {

double LearningRateSchedule::operator()(std::int64_t epoch) const {
  if (epoch < warm_up_epochs)
    return peak * static_cast<double>(epoch + 1) / static_cast<double>(warm_up_epochs);
  const auto rest = static_cast<double>(epochs - warm_up_epochs);
  const double progress = rest > 0.0 ? static_cast<double>(epoch - warm_up_epochs) / rest : 1.0;
  return 0.5 * peak * (1.0 + std::cos(std::numbers::pi * std::fmin(progress, 1.0)));
}

double clip_by_global_norm(std::span<double> gradient, double limit) {
  double sum = 0.0;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    if (!std::isfinite(gradient[i]))
      throw NonFiniteError(fmt::format("clip_by_global_norm: gradient[{}] = {}", i, gradient[i]));
    sum += gradient[i] * gradient[i];
  }
  const double norm = std::sqrt(sum);
  if (norm > limit) {
    for (double& value : gradient) value *= limit / norm;
  }
  return norm;
}

OptimizerState::OptimizerState(std::vector<double> initial)
    : parameters(std::move(initial)),
      first_moment(parameters.size(), 0.0),
      second_moment(parameters.size(), 0.0),
      iterate_sum(parameters.size(), 0.0) {}

void OptimizerState::update(std::span<const double> gradient, std::int64_t step, double learning_rate,
                            double weight_decay) {
  check_equal_size("OptimizerState::update", "gradient", static_cast<std::int64_t>(gradient.size()),
                   static_cast<std::int64_t>(parameters.size()));
  // A few thousand numbers: not worth a second thread.
  kernels::adamw<double>(Exec::cpu(1), {.n = static_cast<std::int64_t>(parameters.size()),
                                        .step = step,
                                        .learning_rate = learning_rate,
                                        .beta1 = 0.9,
                                        .beta2 = 0.999,
                                        .epsilon = 1e-8,
                                        .weight_decay = weight_decay,
                                        .gradient = gradient.data(),
                                        .parameters = parameters.data(),
                                        .first_moment = first_moment.data(),
                                        .second_moment = second_moment.data()});
}

void OptimizerState::add_to_average() {
  for (std::size_t i = 0; i < parameters.size(); ++i) iterate_sum[i] += parameters[i];
  ++iterates_summed;
}

std::vector<double> OptimizerState::average() const {
  if (iterates_summed == 0) return parameters;
  std::vector<double> result = iterate_sum;
  for (double& value : result) value /= static_cast<double>(iterates_summed);
  return result;
}

}  // namespace starling
