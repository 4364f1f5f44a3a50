#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>
#include <starling/autodiff/slicing.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/hessian_product.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("autodiff");

using namespace starling;
using namespace starling::test;

namespace {

using Arguments = std::span<const Var<double>>;

HostArray array(const Shape& shape, std::uint64_t stream) {
  return {shape, spread(shape.size(), stream)};
}

void check(const Exec& exec, const TapeFunction& function, std::vector<HostArray> arguments) {
  const GradientCheck worst = check_gradient(exec, function, arguments);
  INFO(to_string(worst));
  CHECK(worst.worst_relative_error < 1e-8);
}

std::vector<double> counting(std::int64_t n) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < n; ++i) values.push_back(static_cast<double>(i));
  return values;
}

/// Element (i, j, k, l) of an array by its shape; missing axes are at position 0.
double at(const Var<double>& x, std::initializer_list<std::int64_t> position) {
  std::int64_t index = 0;
  int axis = 0;
  for (const std::int64_t i : position) index = index * x.shape().extent(axis++) + i;
  return x.value()[static_cast<std::size_t>(index)];
}

}  // namespace

STARLING_BACKEND_CASE("permuted axes hold the same elements at permuted positions") {
  Tape<double> tape(exec);
  const auto x = tape.constant({2, 3, 4, 5}, counting(120));
  const auto y = permute_axes(x, {2, 0, -1, 1});
  CHECK(y.shape() == Shape{4, 2, 5, 3});
  for (const auto& [i, j, k, l] : {std::array<std::int64_t, 4>{1, 2, 3, 4}, {0, 1, 2, 3}, {1, 0, 3, 0}})
    CHECK(at(y, {k, i, l, j}) == at(x, {i, j, k, l}));
  CHECK(permute_axes(x, {0, 1, 2, 3}).value() == x.value());
  CHECK(permute_axes(permute_axes(x, {1, 0, 2, 3}), {1, 0, 2, 3}).value() == x.value());
  const auto matrix = tape.constant({2, 3}, counting(6));
  CHECK(transpose(matrix).value() == std::vector<double>{0, 3, 1, 4, 2, 5});
  CHECK(permute_axes(tape.constant(3.0), {}).scalar() == 3.0);
}

STARLING_BACKEND_CASE("slices take positions along an axis, and concatenation puts them back") {
  Tape<double> tape(exec);
  const auto x = tape.constant({2, 5, 3}, counting(30));
  const auto odd = slice(x, 1, 1, 2, 2);
  CHECK(odd.shape() == Shape{2, 2, 3});
  CHECK(odd.value() == std::vector<double>{3, 4, 5, 9, 10, 11, 18, 19, 20, 24, 25, 26});
  CHECK(slice(x, -1, 2, 1).value() == std::vector<double>{2, 5, 8, 11, 14, 17, 20, 23, 26, 29});
  CHECK(slice(x, 0, 2, 0).shape() == Shape{0, 5, 3});
  for (int axis = -3; axis < 3; ++axis) {
    const std::int64_t extent = x.shape().extent(axis < 0 ? axis + 3 : axis);
    const auto whole =
        concatenate({slice(x, axis, 0, 1), slice(x, axis, 1, 0), slice(x, axis, 1, extent - 1)}, axis);
    CHECK(whole.shape() == x.shape());
    CHECK(whole.value() == x.value());
  }
}

STARLING_BACKEND_CASE("gradients of permutations, slices and concatenations equal finite differences") {
  for (const std::int64_t n : {0, 1, 5, 33}) {
    check(exec, [](Tape<double>&, Arguments x) { return square(transpose(x[0])) * x[1]; },
          {array({n, 3}, 1), array({3, n}, 2)});
    check(exec,
          [](Tape<double>&, Arguments x) {
            return square(permute_axes(x[0], {2, 3, 0, 1}));
          },
          {array({2, n, 3, 2}, 3)});
    check(exec, [n](Tape<double>&, Arguments x) { return square(slice(x[0], 1, 1, n, 2)); },
          {array({2, 2 * n + 1, 3}, 4)});
    check(exec,
          [](Tape<double>&, Arguments x) {
            return square(concatenate({x[0], x[1], x[0]}, 1));
          },
          {array({2, n, 3}, 5), array({2, 4, 3}, 6)});
  }
}

STARLING_BACKEND_CASE(
    "overlapping slices of one array add to its adjoint, and what none takes has adjoint 0") {
  check(exec,
        [](Tape<double>&, Arguments x) {
          return sum(square(slice(x[0], 0, 0, 3))) + sum(exp(slice(x[0], 0, 2, 2)));
        },
        {array({5}, 7)});
  Tape<double> tape(exec);
  const auto x = tape.variable({4}, counting(4));
  tape.backward(sum(slice(x, 0, 1, 2, 2)));
  CHECK(x.adjoint() == std::vector<double>{0, 1, 0, 1});
  const auto constant = tape.constant({2}, counting(2));
  tape.backward(sum(concatenate({constant, x}, 0)));
  CHECK(x.adjoint() == std::vector<double>{1, 1, 1, 1});
}

STARLING_BACKEND_CASE("second derivatives pass through permutations, slices and concatenations") {
  const auto function = [](auto&, auto x) {
    return sum(square(square(transpose(concatenate({slice(x[0], 1, 3, 2), slice(x[0], 1, 0, 2)}, 0)))));
  };
  CHECK(worst_hessian_difference(exec, function, array({4, 5}, 9)) < 1e-8);
}

TEST_CASE("axes, positions and shapes that do not fit are named") {
  Tape<double> tape(Exec::cpu(1));
  const auto x = tape.constant({2, 3}, counting(6));
  CHECK_THROWS_WITH_AS(permute_axes(x, {0, 0}), "permute_axes: axes[1] = 0, expected every axis once",
                       InputError);
  CHECK_THROWS_AS(permute_axes(x, {0}), InputError);
  CHECK_THROWS_AS(permute_axes(x, {0, 2}), InputError);
  CHECK_THROWS_AS(transpose(tape.constant({2}, counting(2))), InputError);
  CHECK_THROWS_WITH_AS(slice(x, 1, 1, 2, 2),
                       "slice: 2 positions from 1 in steps of 2 are outside axis 1 of x of shape [2][3]",
                       InputError);
  CHECK_THROWS_AS(slice(x, 1, -1, 1), InputError);
  CHECK_THROWS_AS(slice(x, 1, 0, 1, 0), InputError);
  CHECK_THROWS_WITH_AS(concatenate({x, transpose(x)}, 0),
                       "concatenate: array 1 of shape [3][2] does not fit [2][3] along axis 0", InputError);
  CHECK_THROWS_AS(concatenate(std::span<const Var<double>>{}, 0), InputError);
}

TEST_SUITE_END();
