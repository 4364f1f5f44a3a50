#include <algorithm>

#include <doctest/doctest.h>

#include <starling/examples/rama_cont.hpp>

#include "../support/values.hpp"
#include "example_support.hpp"

TEST_SUITE_BEGIN("examples");

using namespace starling;
using namespace starling::examples;
using namespace starling::test;

namespace {

const std::vector<double> kTheta{0.1, std::log(0.5), std::log(0.5), std::log(0.2)};

auto returns(const RamaCont::Settings& settings, std::uint64_t seed, GradientHorizon horizon = {}) {
  return [=](auto theta) { return RamaCont(settings, horizon).simulate(theta, seed); };
}

}  // namespace

TEST_CASE("returns stay within one order per agent, and agents without thresholds all follow the news") {
  const RamaCont::Settings settings{.agents = 50, .steps = 60, .update_probability = 0.0};
  for (const double r : series_of(one_draw(kTheta), returns(settings, 3))) {
    CHECK(std::abs(r) <= 5.0 + 1e-12);
    const double orders = r * 0.2 * 50.0;
    CHECK(std::abs(orders - std::round(orders)) < 1e-9);
  }
  for (const double r : series_of(one_draw({-40.0, 0.0, 0.0, std::log(0.2)}), returns(settings, 3)))
    CHECK(std::abs(r) == doctest::Approx(5.0));
}

TEST_CASE("agents who always update act together: the market alternates between silence and a rush") {
  // After a step all thresholds are |r|: then either everybody orders, r = 1 / depth, or nobody.
  const RamaCont::Settings settings{.agents = 30, .steps = 80, .update_probability = 1.0};
  const std::vector<double> r = series_of(one_draw(kTheta), returns(settings, 4));
  for (std::size_t t = 1; t < r.size(); ++t) CHECK((r[t] == 0.0 || std::abs(std::abs(r[t]) - 5.0) < 1e-12));
}

TEST_CASE("a softened market: reverse mode agrees with six-point differences") {
  const RamaCont::Settings settings{
      .agents = 6, .steps = 12, .update_probability = 0.3, .relaxation = Relaxation::soft};
  const GradientCheck worst =
      check_gradient([&](auto&, auto v) { return returns(settings, 5)(v[0]); }, {one_draw(kTheta)}, 1e-4);
  INFO(to_string(worst));
  CHECK(worst.worst_relative_error < 1e-6);
}

TEST_CASE("a market of hard orders: reverse mode agrees with forward mode, with and without a horizon") {
  const RamaCont::Settings settings{.agents = 40, .steps = 15};
  for (const GradientHorizon& horizon : {GradientHorizon(), GradientHorizon(0), GradientHorizon(4)}) {
    const std::vector<double> reverse = reverse_jacobian_of(one_draw(kTheta), returns(settings, 6, horizon));
    CHECK(worst_difference(reverse, forward_jacobian_of(one_draw(kTheta), returns(settings, 6, horizon))) <
          1e-12);
    CHECK(*std::max_element(reverse.begin(), reverse.end()) > 0.1);
  }
}

TEST_SUITE_END();
