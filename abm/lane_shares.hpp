#pragma once

#include <vector>

#include <starling/abm/lane_parameters.hpp>

namespace starling {

/// What the policies leave of something they take shares of: 1 - value in every lane, 1 in the lanes beyond
/// those of the parameters. The share that a policy takes is its value number `value`. [policies][width]
template <class Real, class PlacedPolicies>
std::vector<Real> shares_left(const PlacedPolicies& placed, const LaneParameters& parameters, int width,
                              int value = 0) {
  std::vector<Real> left;
  for (const auto& policy : placed)
    for (int lane = 0; lane < width; ++lane)
      left.push_back(lane < parameters.lanes
                         ? static_cast<Real>(1.0 - parameters.policy(policy.first_value + value, lane))
                         : Real(1));
  return left;
}

}  // namespace starling
