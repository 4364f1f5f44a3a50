#pragma once

#include <vector>

#include <starling/flows/flow.hpp>

#include "values.hpp"

namespace starling::test {

/// Networks of all kinds: both blocks, all activations, scales and permutations; dimensions from 1 up;
/// numbers of hidden units that fill no block; no blocks and no layers at all.
inline std::vector<FlowSettings> flow_cases() {
  using enum Activation;
  constexpr auto kBounded = ScaleKind::bounded_exponential;
  constexpr auto kSigmoid = ScaleKind::sigmoid_plus;
  constexpr auto kNone = Permutation::none;
  constexpr auto kReverse = Permutation::reverse;
  constexpr auto kSwap = Permutation::swap;
  std::vector<FlowSettings> cases{
      {3, {1, 7, 1, true, tanh}, kBounded, kReverse, {}, {}},
      {2, {2, 5, 2, true, relu}, kBounded, kSwap, {}, {}},
      {3, {3, 20, 2, true, relu}, kSigmoid, kReverse, {}, {}},
      {2, {3, 11, 2, false, tanh}, kSigmoid, kSwap, {}, {}},
      {3, {5, 13, 1, true, identity}, kBounded, kNone, {}, {}},
      {2, {5, 4, 3, false, relu}, kBounded, kReverse, {}, {}},
      {2, {10, 23, 1, true, tanh}, kBounded, kSwap, {}, {}},
      {2, {4, 6, 0, true, relu}, kSigmoid, kReverse, {}, {}},
      {2, {4, 6, 0, false, tanh}, kBounded, kSwap, {}, {}},
      {0, {3, 4, 1, true, relu}, kBounded, kReverse, {}, {}},
  };
  return cases;
}

/// Parameters away from the start, so that every layer does something.
inline std::vector<double> moved_parameters(const Flow& flow, std::uint64_t stream = 23) {
  std::vector<double> parameters = flow.initial_parameters(1);
  const std::vector<double> move = spread(static_cast<std::int64_t>(parameters.size()), stream, -0.15, 0.15);
  for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i] += move[i];
  return parameters;
}

}  // namespace starling::test
