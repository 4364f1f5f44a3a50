#include <cmath>
#include <memory>
#include <numeric>

#include <doctest/doctest.h>

#include <starling/abm/sampled_epidemic.hpp>
#include <starling/core/random.hpp>

#include "../support/backends.hpp"
#include "../support/epidemic_oracle.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using starling::Exec;
using starling::kNeverInfected;
using starling::LaneNoise;
using starling::LaneParameters;
using starling::SampledEpidemic;
using starling::Trajectory;

// Age bins 0, 18, 65 and 100, and those older, of whom there are none.
constexpr std::size_t kGroups = 4;

struct Setting {
  starling::Population population;
  starling::EpidemicSettings settings;
  starling::InfectiousnessProfiles profiles;
  std::shared_ptr<starling::Schedule> schedule;

  Setting(std::int64_t agents, int days)
      : population(starling::test::mixed_world(agents)),
        settings(starling::test::reference_epidemic(days)),
        profiles(starling::draw_profiles(agents, settings.profile)),
        schedule(std::make_shared<starling::Schedule>(settings)) {}

  SampledEpidemic epidemic(const Exec& exec, int lanes) const {
    return {std::make_shared<starling::World<float>>(
                starling::test::world_of<float>(exec, population, settings, profiles)),
            schedule, lanes};
  }
};

LaneParameters parameters_at(int lanes, double household, double school, double company, double seed) {
  LaneParameters result(3, lanes);
  for (int lane = 0; lane < lanes; ++lane) {
    result.beta(0, lane) = household;
    result.beta(1, lane) = school;
    result.beta(2, lane) = company;
    result.seed(lane) = seed;
  }
  return result;
}

LaneNoise noise_of(std::uint64_t seed, int lanes, std::uint32_t first = 0) {
  LaneNoise noise{seed, {}};
  for (int lane = 0; lane < lanes; ++lane)
    noise.lane_sample.push_back(first + static_cast<std::uint32_t>(lane));
  return noise;
}

}  // namespace

STARLING_BACKEND_CASE("sampled infections follow the oracle's probabilities draw by draw") {
  const Setting setting(1500, 20);
  SampledEpidemic epidemic = setting.epidemic(exec, 4);
  const LaneParameters parameters = parameters_at(4, 0.9, 0.6, 0.3, -1.5);
  const Trajectory trajectory = epidemic.run(parameters, noise_of(7, 4));
  const std::vector<std::int16_t> steps = trajectory.infection_step.download();
  const starling::test::EpidemicOracle<double> oracle{
      setting.population, setting.profiles, *setting.schedule, {0.9, 0.6, 0.3}};
  for (std::size_t lane = 0; lane < 4; ++lane) {
    int infections = 0;
    int disagreements = 0;
    oracle.run(std::pow(10.0, -1.5), [&](int step, std::size_t agent, double probability) {
      const bool infected = steps[agent * 4 + lane] == step;
      infections += infected ? 1 : 0;
      const auto purpose = step == 0 ? starling::Draw::seeding : starling::Draw::infection;
      const double u = starling::uniform_double(
          starling::random_word(7, static_cast<std::uint32_t>(agent), static_cast<std::uint32_t>(step),
                                static_cast<std::uint32_t>(lane), purpose));
      const bool never_before = steps[agent * 4 + lane] >= step;
      const bool expected = never_before && u < probability;
      // The oracle's double and the kernel's float may differ only within rounding of the threshold.
      if (infected != expected && std::abs(u - probability) > 1e-5 * probability) ++disagreements;
      return infected ? 1.0 : 0.0;
    });
    CHECK(infections > 100);
    CHECK(disagreements == 0);
  }
}

STARLING_BACKEND_CASE("one seed gives one epidemic for any number of lanes and any lane") {
  const Setting setting(1203, 15);
  SampledEpidemic wide = setting.epidemic(exec, 16);
  SampledEpidemic narrow = setting.epidemic(exec, 1);
  const std::vector<std::int16_t> all =
      wide.run(parameters_at(9, 0.9, 0.6, 0.3, -2.0), noise_of(3, 9)).infection_step.download();
  for (const int lane : {0, 5, 8}) {
    const std::vector<std::int16_t> one =
        narrow.run(parameters_at(1, 0.9, 0.6, 0.3, -2.0), noise_of(3, 1, static_cast<std::uint32_t>(lane)))
            .infection_step.download();
    bool same = true;
    for (std::size_t i = 0; i < one.size(); ++i)
      same = same && one[i] == all[i * 16 + static_cast<std::size_t>(lane)];
    CHECK(same);
  }
  bool padding_is_quiet = true;
  for (std::size_t i = 9; i < all.size(); i += 16)
    padding_is_quiet = padding_is_quiet && all[i] == kNeverInfected;
  CHECK(padding_is_quiet);
}

TEST_CASE("forward run and adjoint are the same bits for 1, 2 and 3 threads") {
  const Setting setting(2100, 15);
  std::vector<std::int16_t> first_steps;
  std::vector<double> first_gradient;
  for (const int threads : {1, 2, 3}) {
    SampledEpidemic epidemic = setting.epidemic(Exec::cpu(threads), 8);
    const Trajectory trajectory = epidemic.run(parameters_at(8, 0.9, 0.6, 0.3, -2.0), noise_of(11, 8));
    const std::vector<double> case_adj(epidemic.new_cases(trajectory).size(), 0.5);
    const std::vector<double> gradient = epidemic.adjoint(trajectory, case_adj, {}).log10_beta;
    const std::vector<std::int16_t> steps = trajectory.infection_step.download();
    if (threads == 1) {
      first_steps = steps;
      first_gradient = gradient;
    }
    CHECK(steps == first_steps);
    CHECK(gradient == first_gradient);
  }
}

STARLING_BACKEND_CASE("CUDA and CPU run the same epidemic bit for bit") {
  const Setting setting(1777, 20);
  const LaneParameters parameters = parameters_at(4, 0.9, 0.6, 0.3, -2.0);
  SampledEpidemic here = setting.epidemic(exec, 4);
  SampledEpidemic host = setting.epidemic(Exec::cpu(1), 4);
  CHECK(here.run(parameters, noise_of(5, 4)).infection_step.download() ==
        host.run(parameters, noise_of(5, 4)).infection_step.download());
}

STARLING_BACKEND_CASE("new cases are the histogram of the infection steps") {
  const Setting setting(1203, 10);
  SampledEpidemic epidemic = setting.epidemic(exec, 4);
  const Trajectory trajectory = epidemic.run(parameters_at(3, 0.9, 0.6, 0.3, -2.0), noise_of(3, 3));
  const std::vector<std::int64_t> cases = epidemic.new_cases(trajectory);
  std::vector<std::int64_t> expected(cases.size(), 0);
  const std::vector<std::int16_t> steps = trajectory.infection_step.download();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i] == kNeverInfected) continue;
    const int age = setting.population.age_years[i / 4];
    const std::size_t bin = age < 18 ? 0 : age < 65 ? 1 : 2;
    ++expected[(static_cast<std::size_t>(steps[i]) * kGroups + bin) * 4 + i % 4];
  }
  CHECK(cases == expected);
  CHECK(std::accumulate(cases.begin(), cases.end(), std::int64_t{0}) > 30);
}

STARLING_BACKEND_CASE(
    "the straight-through adjoint is the forward-mode derivative along the sampled events") {
  const Setting setting(900, 14);
  SampledEpidemic epidemic = setting.epidemic(exec, 4);
  const LaneParameters parameters = parameters_at(4, 0.7, 0.4, 0.1, -1.7);
  const Trajectory trajectory = epidemic.run(parameters, noise_of(13, 4));
  const std::vector<std::int16_t> steps = trajectory.infection_step.download();
  std::vector<double> case_adj(epidemic.new_cases(trajectory).size());
  for (std::size_t i = 0; i < case_adj.size(); ++i) {
    const std::size_t cell = i / 4;
    const std::size_t place = (cell / kGroups * (kGroups - 1) + cell % kGroups) * 4 + i % 4;
    case_adj[i] = std::cos(0.37 * static_cast<double>(place));
  }
  const LaneParameters gradient = epidemic.adjoint(trajectory, case_adj, {});

  using Dual = starling::test::Dual<4>;
  const starling::test::EpidemicOracle<Dual> oracle{
      setting.population,
      setting.profiles,
      *setting.schedule,
      {Dual::variable(0.7, 0), Dual::variable(0.4, 1), Dual::variable(0.1, 2)}};
  for (std::size_t lane = 0; lane < 4; ++lane) {
    const auto expected = oracle.run(exp(Dual(std::log(10.0)) * Dual::variable(-1.7, 3)),
                                     [&](int step, std::size_t agent, const Dual& probability) {
                                       const double infected = steps[agent * 4 + lane] == step ? 1.0 : 0.0;
                                       return starling::test::straight_through(infected, probability);
                                     });
    Dual total(0.0);
    for (std::size_t step = 0; step < expected.size(); ++step) {
      for (std::size_t i = 0; i < expected[step].size(); ++i) {
        const int age = setting.population.age_years[i];
        const std::size_t bin = age < 18 ? 0 : age < 65 ? 1 : 2;
        total = total + Dual(case_adj[(step * kGroups + bin) * 4 + lane]) * expected[step][i];
      }
    }
    const int l = static_cast<int>(lane);
    for (int p = 0; p < 3; ++p)
      CHECK(gradient.beta(p, l) == doctest::Approx(total.tangent[static_cast<std::size_t>(p)]).epsilon(2e-4));
    CHECK(gradient.seed(l) == doctest::Approx(total.tangent[3]).epsilon(2e-4));
  }
}

STARLING_BACKEND_CASE("no contacts, no infections; no seeds, no epidemic") {
  const Setting setting(400, 10);
  SampledEpidemic epidemic = setting.epidemic(exec, 1);
  const auto total = [&](const LaneParameters& parameters) {
    const std::vector<std::int64_t> cases = epidemic.new_cases(epidemic.run(parameters, noise_of(2, 1)));
    return std::pair{std::accumulate(cases.begin(), cases.end(), std::int64_t{0}),
                     std::accumulate(cases.begin(), cases.begin() + 3, std::int64_t{0})};
  };
  const auto [all, seeds] = total(parameters_at(1, -30.0, -30.0, -30.0, -1.0));
  CHECK(all == seeds);
  CHECK(seeds > 20);
  CHECK(total(parameters_at(1, 1.0, 1.0, 1.0, -30.0)).first == 0);
}

TEST_CASE("parameters that are not finite are refused by name") {
  const Setting setting(40, 3);
  SampledEpidemic epidemic = setting.epidemic(Exec::cpu(1), 1);
  CHECK_THROWS_WITH_AS((void)epidemic.run(parameters_at(1, std::nan(""), 0.0, 0.0, -1.0), noise_of(1, 1)),
                       doctest::Contains("log10_beta[0] = nan"), starling::InputError);
}

TEST_SUITE_END();
