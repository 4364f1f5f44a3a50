#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace starling {

/// Learning rate of an epoch: linear warm-up, then a half cosine down to 0 at the last epoch.
struct LearningRateSchedule {
  double peak = 1e-2;
  std::int64_t warm_up_epochs = 50;
  std::int64_t epochs = 600;

  [[nodiscard]] double operator()(std::int64_t epoch) const;
};

/// Scales the gradient to norm `limit` when it is longer. Returns the norm it had. Throws NonFiniteError
/// naming the first element that is not finite.
double clip_by_global_norm(std::span<double> gradient, double limit);

/// Parameters with the moments of AdamW and the sum of the iterates to be averaged.
struct OptimizerState {
  std::vector<double> parameters;
  std::vector<double> first_moment;
  std::vector<double> second_moment;
  std::vector<double> iterate_sum;
  std::int64_t iterates_summed = 0;

  OptimizerState() = default;
  explicit OptimizerState(std::vector<double> initial);

  /// One AdamW update (beta 0.9, 0.999, epsilon 1e-8); `step` counts from 1.
  void update(std::span<const double> gradient, std::int64_t step, double learning_rate, double weight_decay);
  void add_to_average();
  /// Mean of the iterates added, or the parameters when there are none.
  [[nodiscard]] std::vector<double> average() const;
};

}  // namespace starling
