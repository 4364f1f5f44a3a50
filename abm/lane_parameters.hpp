#pragma once

#include <cstdint>
#include <vector>

namespace starling {

/// The epidemic's parameters, one column per lane.
struct LaneParameters {
  int lanes = 0;
  std::vector<double> log10_beta;           // [networks][lanes], per day
  std::vector<double> log10_seed_fraction;  // [lanes]

  LaneParameters(int networks, int lanes_)
      : lanes(lanes_),
        log10_beta(static_cast<std::size_t>(networks) * static_cast<std::size_t>(lanes_), 0.0),
        log10_seed_fraction(static_cast<std::size_t>(lanes_), 0.0) {}

  [[nodiscard]] double& beta(int network, int lane) { return log10_beta[index(network, lane)]; }
  [[nodiscard]] double beta(int network, int lane) const { return log10_beta[index(network, lane)]; }
  [[nodiscard]] double& seed(int lane) { return log10_seed_fraction[static_cast<std::size_t>(lane)]; }
  [[nodiscard]] double seed(int lane) const { return log10_seed_fraction[static_cast<std::size_t>(lane)]; }

 private:
  [[nodiscard]] std::size_t index(int network, int lane) const {
    return static_cast<std::size_t>(network) * static_cast<std::size_t>(lanes) +
           static_cast<std::size_t>(lane);
  }
};

}  // namespace starling
