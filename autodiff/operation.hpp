#pragma once

#include <cstdint>
#include <string_view>

namespace starling {

/// The operations of this folder. Each leaves its records on a tape under its own enumerator, and the tests
/// go through all of them: an operation cannot be added without the cases that prove it.
enum class Operation : std::uint8_t {
  // Element by element, one array
  affine,
  reciprocal,
  power,
  exp,
  expm1,
  log,
  log1p,
  sqrt,
  square,
  tanh,
  sigmoid,
  softplus,
  relu,
  abs,
  clamp,
  clamp_pass_through,
  // Element by element, two or three arrays broadcast against each other
  add,
  subtract,
  multiply,
  divide,
  minimum,
  maximum,
  straight_through,
  where,
  // Along an axis
  sum,
  mean,
  max,
  log_sum_exp,
  softmax,
  log_softmax,
  cumulative_sum,
  quantile,
  // Matrices
  matmul,
  masked_linear,
  // Moving elements
  reshape,
  view_slice,
  slice,
  concatenate,
  permute_axes,
  gather,
  scatter_add,
  segment_sum,
  // Random draws that depend on differentiated arrays
  gamma,
  bernoulli_straight_through,
  bernoulli_gumbel_softmax,
  categorical_gumbel_softmax,
  // Recomputed by the reverse pass
  checkpoint
};

inline constexpr int kOperations = static_cast<int>(Operation::checkpoint) + 1;

/// Name of an operation as messages and reports show it; lasts forever.
const char* name_of(Operation operation);

}  // namespace starling
