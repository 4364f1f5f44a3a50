// Cases of the operations that move, add up, multiply and draw.
#include <numeric>

#include "operation_case_builders.hpp"
#include "values.hpp"

namespace starling::test {

namespace {

/// `count` indices into `rows` rows: some rows several times, some never.
std::vector<std::int32_t> scattered(Size count, Size rows) {
  std::vector<std::int32_t> indices;
  for (Size e = 0; e < count; ++e) indices.push_back(static_cast<std::int32_t>((e * e / 3 + 2 * e) % rows));
  return indices;
}

/// Segments of uneven size over n entries, the second one empty.
std::vector<std::int64_t> uneven(Size n) {
  return {0, n / 5, n / 5, n / 2, n};
}

void add_indexed(std::vector<OperationCase>& cases) {
  constexpr Size kRows = 7;
  cases.push_back({Operation::gather, "gather of rows, some repeated",
                   [](auto& tape, auto x) {
                     const Size count = x[1].shape().extent(0);
                     return gather(x[0], Indices(tape.exec(), scattered(count, kRows), kRows)) * x[1];
                   },
                   [](Size n) {
                     return std::vector{array({kRows, 2}, 11, -2, 2), array({n, 2}, 12, -2, 2)};
                   }});
  cases.push_back({Operation::scatter_add, "scatter_add onto few rows",
                   [](auto& tape, auto x) {
                     const Size count = x[0].shape().extent(0);
                     return square(scatter_add(x[0], Indices(tape.exec(), scattered(count, kRows), kRows)));
                   },
                   [](Size n) {
                     return std::vector{array({n, 2}, 11, -2, 2)};
                   }});
  cases.push_back({Operation::segment_sum, "segment_sum of uneven segments",
                   [](auto& tape, auto x) {
                     const Size n = x[0].shape().extent(0);
                     return square(segment_sum(x[0], Segments(tape.exec(), uneven(n))));
                   },
                   [](Size n) {
                     return std::vector{array({n, 3}, 11, -2, 2)};
                   }});
}

void add_sliced(std::vector<OperationCase>& cases) {
  const Arguments matrix = [](Size n) { return std::vector{array({n, 5}, 13, -2, 2)}; };
  const Arguments box = [](Size n) { return std::vector{array({2, n, 3}, 13, -2, 2)}; };
  cases.push_back({Operation::slice, "slice of columns",
                   [](auto&, auto x) { return square(slice(x[0], 1, 1, 3)); }, matrix});
  cases.push_back({Operation::slice, "slice with a step",
                   [](auto&, auto x) { return square(slice(x[0], -1, 1, 2, 2)); }, matrix});
  cases.push_back({Operation::slice, "slice of a middle axis",
                   [](auto&, auto x) {
                     const Size half = x[0].shape().extent(1) / 2;
                     return exp(slice(x[0], 1, half, half));
                   },
                   box});
  cases.push_back({Operation::concatenate, "concatenate, the same array twice",
                   [](auto&, auto x) {
                     using Real = typename std::decay_t<decltype(x[0])>::Number;
                     return square(concatenate<Real>({x[0], exp(x[0]), x[0]}, 0));
                   },
                   matrix});
  cases.push_back({Operation::concatenate, "concatenate along the last axis",
                   [](auto&, auto x) {
                     using Real = typename std::decay_t<decltype(x[0])>::Number;
                     return square(concatenate<Real>({x[0], slice(x[0], 1, 0, 2)}, -1));
                   },
                   matrix});
  cases.push_back({Operation::permute_axes, "transpose",
                   [](auto&, auto x) { return transpose(square(x[0])) * 2.0; }, matrix});
  cases.push_back({Operation::permute_axes, "permute_axes of three axes",
                   [](auto&, auto x) {
                     return square(permute_axes(x[0], {2, 0, 1}));
                   },
                   box});
}

void add_sums_and_products(std::vector<OperationCase>& cases) {
  cases.push_back({Operation::cumulative_sum, "cumulative_sum of a vector",
                   [](auto&, auto x) { return cumulative_sum(square(x[0]), 0); }, vector(-1, 1)});
  cases.push_back({Operation::cumulative_sum, "cumulative_sum of rows",
                   [](auto&, auto x) { return square(cumulative_sum(x[0], -1)); },
                   [](Size n) {
                     return std::vector{array({n, 4}, 14, -2, 2)};
                   }});
  cases.push_back({Operation::matmul, "matmul of many rows", [](auto&, auto x) { return matmul(x[0], x[1]); },
                   [](Size n) {
                     return std::vector{array({n, 4}, 15, -2, 2), array({4, 3}, 16, -2, 2)};
                   }});
  cases.push_back({Operation::matmul, "matmul over a long axis",
                   [](auto&, auto x) { return tanh(matmul(x[0], x[1]) / 16.0); },
                   [](Size n) {
                     return std::vector{array({3, n}, 15, -2, 2), array({n, 2}, 16, -2, 2)};
                   }});
}

void add_draws(std::vector<OperationCase>& cases) {
  const RandomStream stream{.seed = 17};
  const Arguments probabilities = vector(0.05, 0.95);
  const Arguments logits = [](Size n) { return std::vector{array({n, 4}, 18, -2, 2)}; };
  // The quantile at a level that moves with alpha is tested by itself; differences of a draw do not see it.
  cases.push_back({Operation::gamma, "gamma", [stream](auto&, auto x) { return log1p(gamma(x[0], stream)); },
                   vector(0.3, 20.0), false});
  cases.push_back({Operation::bernoulli_straight_through, "bernoulli_straight_through",
                   [stream](auto&, auto x) { return bernoulli_straight_through(x[0], stream) * x[0]; },
                   probabilities, false});
  cases.push_back(
      {Operation::bernoulli_gumbel_softmax, "bernoulli_gumbel_softmax, soft",
       [stream](auto&, auto x) { return bernoulli_gumbel_softmax(x[0], 0.5, Relaxation::soft, stream); },
       probabilities});
  cases.push_back({Operation::bernoulli_gumbel_softmax, "bernoulli_gumbel_softmax, hard",
                   [stream](auto&, auto x) {
                     return bernoulli_gumbel_softmax(x[0], 0.5, Relaxation::hard, stream) * x[0];
                   },
                   probabilities, false});
  cases.push_back(
      {Operation::categorical_gumbel_softmax, "categorical_gumbel_softmax, soft",
       [stream](auto&, auto x) { return categorical_gumbel_softmax(x[0], 0.5, Relaxation::soft, stream); },
       logits});
  cases.push_back({Operation::categorical_gumbel_softmax, "categorical_gumbel_softmax, hard",
                   [stream](auto&, auto x) {
                     return categorical_gumbel_softmax(x[0], 0.5, Relaxation::hard, stream) * x[0];
                   },
                   logits, false});
}

}  // namespace

void add_array_cases(std::vector<OperationCase>& cases) {
  add_indexed(cases);
  add_sliced(cases);
  add_sums_and_products(cases);
  add_draws(cases);
}

}  // namespace starling::test
