#include <doctest/doctest.h>

#include <starling/abm/captured_epidemic.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using starling::CapturedEpidemic;
using starling::Exec;
using starling::ExecCounters;
using starling::LaneNoise;
using starling::LaneParameters;
using starling::SampledEpidemic;
using starling::Trajectory;

constexpr int kLanes = 3;
constexpr int kDays = 12;

SampledEpidemic epidemic_on(const Exec& exec) {
  const starling::Population population = starling::test::mixed_world(1300);
  const starling::EpidemicSettings settings = starling::test::reference_epidemic(kDays);
  return {std::make_shared<starling::World<float>>(starling::test::world_of<float>(
              exec, population, settings, starling::draw_profiles(population.agents(), settings.profile))),
          std::make_shared<starling::Schedule>(settings), kLanes};
}

LaneParameters parameters_at(double log10_beta, int lanes = kLanes) {
  LaneParameters result(3, lanes);
  for (int lane = 0; lane < lanes; ++lane) {
    for (int network = 0; network < 3; ++network) result.beta(network, lane) = log10_beta + 0.1 * lane;
    result.seed(lane) = -1.8;
  }
  return result;
}

struct Run {
  LaneParameters parameters;
  LaneNoise noise;
};

}  // namespace

STARLING_BACKEND_CASE(
    "a captured epidemic gives the bits of a plain one, at every launch and for every seed") {
  SampledEpidemic plain = epidemic_on(exec);
  CapturedEpidemic captured(std::make_shared<SampledEpidemic>(epidemic_on(exec)), kLanes);
  const Run runs[] = {{parameters_at(0.5), {7, {0, 1, 2}}},
                      {parameters_at(0.9), {7, {0, 1, 2}}},
                      {parameters_at(0.9), {7, {5, 5, 9}}},
                      {parameters_at(0.9), {8, {5, 5, 9}}},
                      {parameters_at(0.5), {7, {0, 1, 2}}}};
  std::vector<std::vector<std::int16_t>> seen;
  for (const Run& run : runs) {
    seen.push_back(captured.run(run.parameters, run.noise).infection_step.download());
    CHECK(seen.back() == plain.run(run.parameters, run.noise).infection_step.download());
  }
  // Each change reached the kernels, and the first run comes back.
  for (std::size_t k = 1; k < seen.size(); ++k) CHECK(seen[k] != seen[k - 1]);
  CHECK(seen.back() == seen.front());
}

STARLING_BACKEND_CASE(
    "the steps of an epidemic allocate nothing, copy nothing from or to the host and do not wait") {
  SampledEpidemic epidemic = epidemic_on(exec);
  Trajectory trajectory = epidemic.new_trajectory(kLanes);
  epidemic.upload(trajectory, parameters_at(0.9), {7, {0, 1, 2}});
  const ExecCounters before = exec.counters();
  epidemic.simulate(trajectory);
  const ExecCounters spent = exec.counters() - before;
  CHECK(spent.launches > 3 * kDays);
  CHECK(spent == ExecCounters{.launches = spent.launches});
}

STARLING_BACKEND_CASE("a captured run is three uploads and one launch") {
  CapturedEpidemic captured(std::make_shared<SampledEpidemic>(epidemic_on(exec)), kLanes);
  captured.run(parameters_at(0.5), {7, {0, 1, 2}});
  const ExecCounters before = exec.counters();
  captured.run(parameters_at(0.7), {7, {3, 4, 5}});
  CHECK(exec.counters() - before == ExecCounters{.launches = 1, .uploads = 3});
}

STARLING_BACKEND_CASE("a reverse sweep allocates at its first use only, and waits for its two results only") {
  SampledEpidemic epidemic = epidemic_on(exec);
  const Trajectory trajectory = epidemic.run(parameters_at(0.9), {7, {0, 1, 2}});
  const std::vector<double> case_adj(epidemic.new_cases(trajectory).size(), 0.5);
  (void)epidemic.adjoint(trajectory, case_adj, {});
  const ExecCounters before = exec.counters();
  (void)epidemic.adjoint(trajectory, case_adj, {});
  const ExecCounters spent = exec.counters() - before;
  CHECK(spent.allocations == 0);
  CHECK(spent.downloads == 2);
  CHECK(spent.synchronisations == 2);
}

TEST_CASE("a captured run refuses another number of lanes") {
  CapturedEpidemic captured(std::make_shared<SampledEpidemic>(epidemic_on(Exec::cpu(1))), kLanes);
  CHECK_THROWS_WITH_AS(captured.run(parameters_at(0.5, 2), {7, {0, 1}}), doctest::Contains("lanes"),
                       starling::InputError);
}

TEST_SUITE_END();
