#include <optional>

#include <doctest/doctest.h>

#include <starling/autodiff/autodiff.hpp>
#include <starling/autodiff/indexing.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/hessian_product.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("autodiff");

using namespace starling;
using namespace starling::test;

namespace {

using Arguments = std::span<const Var<double>>;

std::vector<std::int32_t> some_rows(std::int64_t entries, std::int64_t rows) {
  std::vector<std::int32_t> result;
  for (const double u : spread(entries, 4, 0.0, static_cast<double>(rows)))
    result.push_back(static_cast<std::int32_t>(u));
  return result;
}

void check(const Exec& exec, const TapeFunction& function, std::vector<HostArray> arguments) {
  const GradientCheck worst = check_gradient(exec, function, arguments);
  INFO(to_string(worst));
  CHECK(worst.worst_relative_error < 1e-8);
}

}  // namespace

STARLING_BACKEND_CASE("gathers and sums of rows take what the indices say") {
  const Indices indices(exec, std::vector<std::int32_t>{2, 0, 2, 2}, 3);
  Tape<double> tape(exec);
  const auto x = tape.constant({3, 2}, std::vector<double>{1, 2, 3, 4, 5, 6});
  const auto y = gather(x, indices);
  CHECK(y.shape() == Shape{4, 2});
  CHECK(y.value() == std::vector<double>{5, 6, 1, 2, 5, 6, 5, 6});
  CHECK(scatter_add(y, indices).value() == std::vector<double>{1, 2, 0, 0, 15, 18});
  const Segments segments(exec, std::vector<std::int64_t>{0, 1, 1, 4});
  CHECK(segment_sum(y, segments).value() == std::vector<double>{5, 6, 0, 0, 11, 14});
  CHECK(gather(tape.constant({3}, std::vector<double>{1, 2, 3}), indices).shape() == Shape{4});
}

STARLING_BACKEND_CASE("gradients of gathers and sums of rows equal finite differences") {
  for (const std::int64_t entries : {0, 1, 33, 257}) {
    const Indices indices(exec, some_rows(entries, 5), 5);
    check(exec, [&](Tape<double>&, Arguments x) { return square(gather(x[0], indices)) * x[1]; },
          {{{5, 3}, spread(15, 1)}, {{entries, 3}, spread(entries * 3, 2)}});
    check(exec, [&](Tape<double>&, Arguments x) { return square(scatter_add(x[0], indices)); },
          {{{entries, 2}, spread(entries * 2, 3)}});
    const Segments segments(exec, std::vector<std::int64_t>{0, entries / 3, entries / 3, entries});
    check(exec, [&](Tape<double>&, Arguments x) { return square(segment_sum(x[0], segments)); },
          {{{entries}, spread(entries, 5)}});
  }
}

STARLING_BACKEND_CASE("a gather of an array that is used elsewhere adds to its adjoint") {
  const Indices indices(exec, std::vector<std::int32_t>{1, 1, 0}, 2);
  check(exec, [&](Tape<double>&, Arguments x) { return sum(square(gather(x[0], indices))) + sum(exp(x[0])); },
        {{{2}, {0.3, -0.4}}});
}

STARLING_BACKEND_CASE("second derivatives pass through gathers and sums of rows") {
  const Indices indices(exec, some_rows(40, 7), 7);
  const Segments segments(exec, std::vector<std::int64_t>{0, 30, 40});
  const auto function = [&](auto&, auto x) {
    return sum(
        square(square(segment_sum(square(gather(square(scatter_add(x[0], indices)), indices)), segments))));
  };
  CHECK(worst_hessian_difference(exec, function, {{40, 2}, spread(80, 6, -0.2, 0.2)}) < 1e-8);
}

STARLING_BACKEND_CASE("records keep the indices alive, and the context's memory is given back with them") {
  Tape<double> tape(exec);
  const auto x = tape.variable({3}, std::vector<double>{1, 2, 3});
  std::optional<Indices> indices(std::in_place, exec, std::vector<std::int32_t>{2, 2, 1}, 3);
  const auto mark = tape.mark();
  const std::int64_t before = exec.memory().current_bytes;
  const auto y = sum(gather(x, *indices));
  indices.reset();
  tape.backward(y);
  CHECK(x.adjoint() == std::vector<double>{0, 1, 2});
  tape.rewind(mark);
  CHECK(exec.memory().current_bytes < before);
}

TEST_CASE("indices outside the rows, offsets that descend and shapes that do not fit are named") {
  const Exec exec = Exec::cpu(1);
  CHECK_THROWS_WITH_AS(Indices(exec, std::vector<std::int32_t>{0, 1, 3}, 3),
                       "Indices: indices[2] = 3, expected an index of at least 0 and below 3", InputError);
  CHECK_THROWS_WITH_AS(Indices(exec, std::vector<std::int32_t>{-1}, 3),
                       "Indices: indices[0] = -1, expected an index of at least 0 and below 3", InputError);
  CHECK_THROWS_WITH_AS(Segments(exec, std::vector<std::int64_t>{0, 4, 2}),
                       "Segments: offsets[2] = 2, expected at least 4, the one before it", InputError);
  CHECK_THROWS_AS(Segments(exec, std::vector<std::int64_t>{}), InputError);
  Tape<double> tape(exec);
  const auto x = tape.constant({2, 2}, std::vector<double>{1, 2, 3, 4});
  const Indices indices(exec, std::vector<std::int32_t>{0}, 3);
  CHECK_THROWS_WITH_AS(gather(x, indices),
                       "gather: x has shape [2][2], expected 3 rows, one for each row of the indices",
                       InputError);
  CHECK_THROWS_AS(scatter_add(x, indices), InputError);
  CHECK_THROWS_AS(gather(tape.constant(1.0), indices), InputError);
}

TEST_SUITE_END();
