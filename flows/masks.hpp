#pragma once

#include <span>
#include <vector>

namespace starling {

/// Degrees of a masked autoencoder (Germain et al. 2015, arXiv:1502.03509; layout of nflows and normflows). A
/// unit of degree k sees the inputs 1 … k only.

/// 1 … dimensions
std::vector<int> input_degrees(int dimensions);
/// Unit k (from 0): k mod max(1, dimensions - 1) + min(1, dimensions - 1). For one dimension all degrees are
/// 0: the units see nothing.
std::vector<int> hidden_degrees(int dimensions, int units);
/// 1, 1, 2, 2, …: the scale and the shift of each dimension lie side by side.
std::vector<int> output_degrees(int dimensions);

/// mask[o][i] = 1 where to[o] >= from[i], else 0.
std::vector<double> hidden_mask(std::span<const int> to, std::span<const int> from);
/// mask[o][i] = 1 where to[o] > from[i], else 0: dimension i never sees itself.
std::vector<double> output_mask(std::span<const int> to, std::span<const int> from);

}  // namespace starling
