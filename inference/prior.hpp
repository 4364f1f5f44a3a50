#pragma once

#include <cstdint>
#include <vector>

#include <starling/autodiff/tape.hpp>

namespace starling {

/// Independent normal distributions.
class NormalPrior {
 public:
  /// Throws InputError when sizes differ, a mean is not finite or an sd is not positive.
  NormalPrior(std::vector<double> mean, std::vector<double> sd);

  [[nodiscard]] int dimensions() const { return static_cast<int>(mean_.size()); }
  [[nodiscard]] const std::vector<double>& mean() const { return mean_; }
  [[nodiscard]] const std::vector<double>& sd() const { return sd_; }

  /// log density of each row: theta [n][dimensions] -> [n].
  [[nodiscard]] Var<double> log_density(Tape<double>& tape, Var<double> theta) const;

 private:
  std::vector<double> mean_;
  std::vector<double> sd_;
};

}  // namespace starling
