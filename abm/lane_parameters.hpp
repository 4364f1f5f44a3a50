#pragma once

#include <cstddef>
#include <vector>

namespace starling {

/// The epidemic's parameters, one column per lane.
struct LaneParameters {
  int lanes = 0;
  std::vector<double> log10_beta;           // [networks][lanes], per day
  std::vector<double> log10_seed_fraction;  // [lanes]
  std::vector<double> policy_values;        // [policy values][lanes], see Policies::values()

  LaneParameters(int networks, int lanes_, int policy_values_ = 0)
      : lanes(lanes_),
        log10_beta(cells(networks, lanes_), 0.0),
        log10_seed_fraction(cells(1, lanes_), 0.0),
        policy_values(cells(policy_values_, lanes_), 0.0) {}

  [[nodiscard]] double& beta(int network, int lane) { return log10_beta[index(network, lane)]; }
  [[nodiscard]] double beta(int network, int lane) const { return log10_beta[index(network, lane)]; }
  [[nodiscard]] double& seed(int lane) { return log10_seed_fraction[static_cast<std::size_t>(lane)]; }
  [[nodiscard]] double seed(int lane) const { return log10_seed_fraction[static_cast<std::size_t>(lane)]; }
  [[nodiscard]] double& policy(int value, int lane) { return policy_values[index(value, lane)]; }
  [[nodiscard]] double policy(int value, int lane) const { return policy_values[index(value, lane)]; }

 private:
  static std::size_t cells(int rows, int lanes_) {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(lanes_);
  }
  [[nodiscard]] std::size_t index(int row, int lane) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(lanes) + static_cast<std::size_t>(lane);
  }
};

}  // namespace starling
