#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <starling/core/pack_math.hpp>

#include "../support/values.hpp"

TEST_SUITE_BEGIN("core");

using namespace starling;
using namespace starling::test;

namespace {

template <class Real, int lanes, class Function>
std::vector<Real> by_packs(const std::vector<double>& x, const Function& function) {
  const std::vector<Real> input = as<Real>(x);
  std::vector<Real> output(input.size());
  for (std::size_t i = 0; i < input.size(); i += lanes)
    store_lanes(function(load_lanes<Pack<Real, lanes>>(&input[i])), &output[i]);
  return output;
}

/// Largest error relative to the value of the library's function at the rounded argument.
template <class Real, int lanes, class Function, class Library>
double worst_relative_error(const std::vector<double>& x, const Function& function, const Library& library) {
  const std::vector<Real> output = by_packs<Real, lanes>(x, function);
  double worst = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected = library(static_cast<double>(static_cast<Real>(x[i])));
    if (expected == 0.0) continue;
    worst = std::max(worst, std::abs(static_cast<double>(output[i]) / expected - 1.0));
  }
  return worst;
}

template <class Real, int lanes>
void check_elementary_functions() {
  constexpr double kUnits = 4.0 * static_cast<double>(std::numeric_limits<Real>::epsilon());
  const auto exp_of = [](auto x) { return exp(x); };
  const auto log_of = [](auto x) { return log(x); };
  const auto tanh_of = [](auto x) { return tanh(x); };
  for (const double end : {1e-6, 0.1, 1.0, 10.0, 80.0}) {
    const std::vector<double> x = spread(4096, 61, -end, end);
    const double exp_error =
        worst_relative_error<Real, lanes>(x, exp_of, [](double v) { return std::exp(v); });
    CHECK(exp_error < kUnits);
    const double tanh_error =
        worst_relative_error<Real, lanes>(x, tanh_of, [](double v) { return std::tanh(v); });
    CHECK(tanh_error < kUnits);
  }
  for (const double end : {0.5, 0.9, 1.1, 100.0}) {
    const double log_error = worst_relative_error<Real, lanes>(spread(4096, 62, 1e-3, end), log_of,
                                                               [](double v) { return std::log(v); });
    CHECK(log_error < 2.0 * kUnits);
  }
}

}  // namespace

TEST_CASE("elementary functions of packs are exact to a few units in the last place") {
  check_elementary_functions<float, 16>();
  check_elementary_functions<float, 4>();
  check_elementary_functions<double, 8>();
}

TEST_CASE("NaN stays NaN in every elementary function of packs") {
  using P = Pack<double, 8>;
  const P nan(std::numeric_limits<double>::quiet_NaN());
  for (const P& x : {exp(nan), log(nan), tanh(nan), abs(nan)}) CHECK(std::isnan(x.v[5]));
}

TEST_CASE("sums over lanes come in order and equal plain sums") {
  using P = Pack<float, 16>;
  P x[21];
  double expected[21];
  for (int i = 0; i < 21; ++i) {
    const std::vector<float> values = as<float>(spread(16, static_cast<std::uint64_t>(70 + i)));
    x[i] = load_lanes<P>(values.data());
    expected[i] = 0.0;
    for (const float value : values) expected[i] += static_cast<double>(value);
  }
  double sums[21];
  add_lane_sums(x, false, sums);
  for (int i = 0; i < 21; ++i) CHECK(sums[i] == doctest::Approx(expected[i]).epsilon(1e-5));
  add_lane_sums(x, true, sums);
  for (int i = 0; i < 21; ++i) CHECK(sums[i] == doctest::Approx(2.0 * expected[i]).epsilon(1e-5));
}

TEST_CASE("multiply_add of packs is that of numbers in every lane") {
  const std::vector<double> a = spread(32, 65), b = spread(32, 66), c = spread(32, 67);
  const auto check = [&](auto pack) {
    using P = decltype(pack);
    for (std::size_t first = 0; first < 32; first += kLanesOf<P>) {
      const P result =
          multiply_add(load_lanes<P>(&a[first]), load_lanes<P>(&b[first]), load_lanes<P>(&c[first]));
      std::vector<double> lanes(kLanesOf<P>);
      store_lanes(result, lanes.data());
      for (std::size_t l = 0; l < lanes.size(); ++l)
        CHECK(lanes[l] ==
              doctest::Approx(multiply_add(a[first + l], b[first + l], c[first + l])).epsilon(1e-14));
    }
  };
  check(Pack<double, 2>());
  check(Pack<double, 4>());
  check(Pack<double, 8>());
  check(Pack<double, 16>());
}

TEST_CASE("packs of Dual numbers differentiate as Dual numbers do") {
  using P = Dual<Pack<double, 8>>;
  const std::vector<double> values = spread(8, 63), tangents = spread(8, 64);
  std::vector<Dual<double>> numbers, result(8);
  for (std::size_t i = 0; i < 8; ++i) numbers.push_back({values[i], tangents[i]});
  const auto check = [&](const auto& function) {
    store_lanes(function(load_lanes<P>(numbers.data())), result.data());
    for (std::size_t i = 0; i < 8; ++i) {
      const Dual<double> expected = function(numbers[i]);
      CHECK(result[i].value == doctest::Approx(expected.value).epsilon(1e-14));
      CHECK(result[i].tangent == doctest::Approx(expected.tangent).epsilon(1e-14));
    }
  };
  check([](auto x) { return exp(x); });
  check([](auto x) { return tanh(x); });
  check([](auto x) { return abs(x); });
  check([](auto x) { return log(x * x); });
  check([](auto x) { return multiply_add(x, x, x); });
  check([](auto x) { return where_non_negative(x, x * x, -x); });
}

TEST_SUITE_END();
