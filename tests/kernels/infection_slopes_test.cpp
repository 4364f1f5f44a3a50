#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <starling/abm/profile.hpp>
#include <starling/abm/world.hpp>
#include <starling/kernels/infection.hpp>
#include <starling/kernels/seeding.hpp>

#include "../support/backends.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("kernels");

namespace {

using namespace starling;

constexpr int kLanes = 4;

constexpr InfectionSlope kUnbiased[] = {
    InfectionSlope::straight_through, InfectionSlope::straight_through_undepleted,
    InfectionSlope::straight_through_anchored, InfectionSlope::smoothed_one_sided,
    InfectionSlope::smoothed_two_sided};

}  // namespace

STARLING_BACKEND_CASE(
    "the expectation over the draw of every slope but Gumbel-Softmax is that of the probability") {
  // One household of two agents: the first escapes at step 3, the second is infected there.
  Csr household{{0, 2}, {0, 1}};
  const Population population =
      make_population("pair", std::vector<std::uint8_t>(2, 30), {"household"}, {household});
  const World<float> world(exec, population, test::household_network(), draw_profiles(2, {}),
                           make_case_groups(population, {0, 100}));
  const std::vector<float> lanes_pressure{1e-5F, 0.01F, 0.5F, 3.0F};
  const Buffer<float> pressure(exec, lanes_pressure);
  const Buffer<std::int16_t> steps(
      exec,
      std::vector<std::int16_t>{kNeverInfected, kNeverInfected, kNeverInfected, kNeverInfected, 3, 3, 3, 3});
  const Buffer<float> times(exec, std::vector<float>(10, 0.0F));
  const Buffer<float> case_adj(exec, std::vector<float>(2 * kLanes, 1.0F));
  for (const InfectionSlope kind : kUnbiased) {
    Buffer<float> s_adj(exec, 2 * kLanes), x_adj(exec, 2 * kLanes), t_adj(exec, 2 * kLanes);
    Buffer<float> raw_adj(exec, 2 * kLanes);
    for (auto* buffer : {&s_adj, &x_adj, &t_adj}) buffer->fill_zero();
    kernels::infection_adjoint<EventState>(exec, {2,
                                                  kLanes,
                                                  world.memberships(),
                                                  pressure.data(),
                                                  0.5F,
                                                  6.0F,
                                                  {},
                                                  {.kind = kind, .noise = {}},
                                                  {steps.data(), times.data(), 3},
                                                  {world.group()},
                                                  case_adj.data(),
                                                  {s_adj.data(), x_adj.data(), t_adj.data()},
                                                  raw_adj.data()});
    const std::vector<float> result = raw_adj.download();
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double x = 0.5 * static_cast<double>(lanes_pressure[lane]);
      const double p = -std::expm1(-x);
      const double expectation =
          (1.0 - p) * static_cast<double>(result[lane]) + p * static_cast<double>(result[kLanes + lane]);
      CHECK(expectation == doctest::Approx(0.5 * std::exp(-x)).epsilon(1e-5));
    }
  }
}

STARLING_BACKEND_CASE("the expectation over the draw of the slope of a seed is 1") {
  const Buffer<std::int16_t> steps(exec, std::vector<std::int16_t>{0, 0, 0, 0, 5, 5, 5, 5});
  const std::vector<float> fractions{0.001F, 0.2F, 0.5F, 0.9F};
  const Buffer<float> fraction(exec, fractions);
  const Buffer<std::uint16_t> group(exec, std::vector<std::uint16_t>{0, 0});
  const Buffer<float> case_adj(exec, std::vector<float>(kLanes, 1.0F));
  Buffer<float> zero(exec, 2 * kLanes), y_adj(exec, 2 * kLanes);
  zero.fill_zero();
  for (const InfectionSlope kind : kUnbiased) {
    kernels::seeding_adjoint(exec, {.agents = 2,
                                    .lanes = kLanes,
                                    .fraction = fraction.data(),
                                    .slope = {.kind = kind, .noise = {}},
                                    .infection_step = steps.data(),
                                    .counted = {group.data()},
                                    .case_adj = case_adj.data(),
                                    .adj = {zero.data(), zero.data(), zero.data()},
                                    .y_adj = y_adj.data()});
    const std::vector<float> result = y_adj.download();
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto p = static_cast<double>(fractions[lane]);
      const double expectation =
          p * static_cast<double>(result[lane]) + (1.0 - p) * static_cast<double>(result[kLanes + lane]);
      CHECK(expectation == doctest::Approx(1.0).epsilon(1e-5));
    }
  }
}

TEST_SUITE_END();
