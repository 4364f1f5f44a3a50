// Slopes of the reverse sweep (kernels/infection.hpp) in whole epidemics, against forward mode along the
// sampled events.
#include <cmath>
#include <memory>

#include <doctest/doctest.h>

#include <starling/abm/sampled_epidemic.hpp>

#include "../support/backends.hpp"
#include "../support/epidemic_oracle.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;
using Dual = test::Dual<4>;

constexpr std::size_t kLanes = 4;
constexpr double kSeed = -1.7;

struct Setting {
  Population population;
  EpidemicSettings settings;
  InfectiousnessProfiles profiles;
  std::shared_ptr<Schedule> schedule;
  std::vector<double> log10_beta;  // household, school, company

  Setting(std::int64_t agents, int days, std::vector<double> rates, double shift_days = 2.12)
      : population(test::mixed_world(agents)),
        settings(test::reference_epidemic(days)),
        log10_beta(std::move(rates)) {
    settings.profile.shift_mean_days = shift_days;
    profiles = draw_profiles(agents, settings.profile);
    schedule = std::make_shared<Schedule>(settings);
  }

  SampledEpidemic epidemic(const Exec& exec) const {
    return {std::make_shared<World<float>>(test::world_of<float>(exec, population, settings, profiles)),
            schedule, static_cast<int>(kLanes)};
  }

  LaneParameters parameters() const {
    LaneParameters result(3, static_cast<int>(kLanes));
    for (int lane = 0; lane < static_cast<int>(kLanes); ++lane) {
      for (int n = 0; n < 3; ++n) result.beta(n, lane) = log10_beta[static_cast<std::size_t>(n)];
      result.seed(lane) = kSeed;
    }
    return result;
  }

  /// The derivative of the sum of weight(step) times new cases by the three rates and the seed fraction.
  template <class Slope, class Weight>
  Dual forward_mode(const std::vector<std::int16_t>& steps, std::size_t lane, const Slope& slope,
                    const Weight& weight, bool convolved) const {
    const test::EpidemicOracle<Dual> oracle{
        population,
        profiles,
        *schedule,
        {Dual::variable(log10_beta[0], 0), Dual::variable(log10_beta[1], 1),
         Dual::variable(log10_beta[2], 2)},
        {.convolved = convolved}};
    const auto cases = oracle.run(exp(Dual(std::log(10.0)) * Dual::variable(kSeed, 3)),
                                  [&](int step, std::size_t agent, const Dual& p) {
                                    const double y = steps[agent * kLanes + lane] == step ? 1.0 : 0.0;
                                    Dual infected = Dual(slope(y, p.value)) * p;
                                    infected.value = y;
                                    return infected;
                                  });
    Dual total(0.0);
    for (std::size_t step = 0; step < cases.size(); ++step)
      for (const Dual& y : cases[step]) total = total + Dual(weight(step)) * y;
    return total;
  }
};

double weight_of(std::size_t step) {
  return std::cos(0.37 * static_cast<double>(step));
}

std::vector<double> case_adj_of(const SampledEpidemic& epidemic, const Trajectory& trajectory) {
  std::vector<double> case_adj(epidemic.new_cases(trajectory).size());
  const std::size_t row = case_adj.size() / static_cast<std::size_t>(epidemic.schedule().steps() + 1);
  for (std::size_t i = 0; i < case_adj.size(); ++i) case_adj[i] = weight_of(i / row);
  return case_adj;
}

template <class Slope>
void check_against_forward_mode(const Exec& exec, const Setting& setting, InfectionSlope kind,
                                const Slope& slope) {
  CAPTURE(static_cast<int>(kind));
  SampledEpidemic epidemic = setting.epidemic(exec);
  const Trajectory trajectory = epidemic.run(setting.parameters(), {13, {0, 1, 2, 3}});
  const std::vector<std::int16_t> steps = trajectory.infection_step.download();
  const LaneParameters gradient =
      epidemic.adjoint(trajectory, case_adj_of(epidemic, trajectory), {.kind = kind, .noise = {}});
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const Dual expected = setting.forward_mode(steps, lane, slope, weight_of,
                                               kind == InfectionSlope::straight_through_anchored);
    const int l = static_cast<int>(lane);
    for (int n = 0; n < 3; ++n)
      CHECK(gradient.beta(n, l) ==
            doctest::Approx(expected.tangent[static_cast<std::size_t>(n)]).epsilon(3e-4));
    CHECK(gradient.seed(l) == doctest::Approx(expected.tangent[3]).epsilon(3e-4));
  }
}

double plain(double, double) {
  return 1.0;
}
double undepleted(double, double p) {
  return p > 0.0 ? 1.0 : 0.0;
}
double one_sided(double y, double p) {
  return (1.0 - y) / (1.0 - p);
}
double two_sided(double y, double p) {
  return p > 0.0 ? y / (2.0 * p) + (1.0 - y) / (2.0 * (1.0 - p)) : 1.0;
}

}  // namespace

STARLING_BACKEND_CASE("the adjoint with each slope is the forward-mode derivative along the sampled events") {
  const Setting setting(900, 14, {0.7, 0.4, 0.1});
  check_against_forward_mode(exec, setting, InfectionSlope::straight_through_undepleted, &undepleted);
  check_against_forward_mode(exec, setting, InfectionSlope::straight_through_anchored, &plain);
  check_against_forward_mode(exec, setting, InfectionSlope::smoothed_one_sided, &one_sided);
  check_against_forward_mode(exec, setting, InfectionSlope::smoothed_two_sided, &two_sided);
}

STARLING_BACKEND_CASE("an anchored sweep longer than the profile is the forward-mode derivative") {
  const Setting setting(120, 90, {-0.4, -0.5, -0.5}, -2.12);
  REQUIRE(setting.epidemic(exec).world().profile_reach_days() < 60.0);
  check_against_forward_mode(exec, setting, InfectionSlope::straight_through_anchored, &plain);
}

TEST_CASE("the adjoint with each slope is the same bits for 1 and 3 threads") {
  const Setting setting(2100, 12, {0.9, 0.6, 0.3});
  for (const InfectionSlope kind :
       {InfectionSlope::straight_through_undepleted, InfectionSlope::straight_through_anchored,
        InfectionSlope::smoothed_one_sided, InfectionSlope::smoothed_two_sided,
        InfectionSlope::gumbel_softmax, InfectionSlope::transmission_chains}) {
    std::vector<double> gradients[2];
    for (const int threads : {1, 3}) {
      SampledEpidemic epidemic = setting.epidemic(Exec::cpu(threads));
      const Trajectory trajectory = epidemic.run(setting.parameters(), {11, {0, 1, 2, 3}});
      const LaneParameters gradient =
          epidemic.adjoint(trajectory, case_adj_of(epidemic, trajectory), {.kind = kind, .noise = {}});
      std::vector<double>& kept = gradients[threads == 1 ? 0 : 1];
      kept = gradient.log10_beta;
      kept.insert(kept.end(), gradient.log10_seed_fraction.begin(), gradient.log10_seed_fraction.end());
    }
    CHECK(gradients[0] == gradients[1]);
    CHECK(gradients[0][0] != 0.0);
  }
}

TEST_CASE("the profile has less than a millionth of its mass left beyond its reach") {
  ProfileSettings settings;
  settings.shape_sd = settings.rate_sd_per_day = settings.shift_sd_days = settings.log_peak_sd = 0.0;
  const InfectiousnessProfiles profiles = draw_profiles(1, settings);
  const double reach = profile_reach_days(profiles);
  CHECK(reach < 50.0);
  const auto mass = [&](double from, double to) {
    double sum = 0.0;
    const double step = 0.001;
    for (double d = from + 0.5 * step; d < to; d += step)
      sum += step * std::exp(profiles.log_scale[0] + profiles.shape_minus_one[0] * std::log(d) -
                             profiles.rate_per_day[0] * d);
    return sum;
  };
  const double tail = mass(reach - 2.12, reach + 60.0) / mass(0.0, reach + 60.0);
  CHECK(tail < 1e-6);
  CHECK(tail > 1e-8);
}

TEST_SUITE_END();
