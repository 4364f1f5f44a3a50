#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/inference/noisy_function.hpp>

namespace starling::test {

/// A function of one point, without noise, as the designs call it.
template <class Function>
NoisyFunction rowwise(std::size_t dimensions, const Function& function) {
  return [=](std::span<const double> points, std::uint64_t) {
    std::vector<double> outputs;
    for (std::size_t i = 0; i < points.size(); i += dimensions) outputs.push_back(function(&points[i]));
    return outputs;
  };
}

}  // namespace starling::test
