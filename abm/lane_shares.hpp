#pragma once

#include <vector>

#include <starling/abm/lane_parameters.hpp>

namespace starling {

/// What the policies leave of something they take shares of: 1 - value in every lane, 1 in the lanes beyond
/// those of the parameters. `placed` are policies whose first value is the share. [policies][width]
template <class PlacedPolicies>
std::vector<float> shares_left(const PlacedPolicies& placed, const LaneParameters& parameters, int width) {
  std::vector<float> left;
  for (const auto& policy : placed)
    for (int lane = 0; lane < width; ++lane)
      left.push_back(lane < parameters.lanes
                         ? static_cast<float>(1.0 - parameters.policy(policy.first_value, lane))
                         : 1.0F);
  return left;
}

}  // namespace starling
