// The estimator of transmission chains, against expectations by enumeration and differences of whole
// epidemics.
#include <cmath>
#include <memory>

#include <doctest/doctest.h>

#include <starling/abm/epidemic_model.hpp>
#include <starling/abm/sampled_epidemic.hpp>
#include <starling/autodiff/reduction.hpp>

#include "../support/backends.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;

constexpr int kHousehold = 4;
constexpr int kSteps = 7;
constexpr int kNever = kSteps + 1;

double weight_of(int step) {
  return std::cos(0.4 * step) + 1.5;
}

/// A household of four, one of them infected at the start, all with the same profile: the expectation over
/// every way the infections can go. infectiousness[d] is that of d steps after infection.
class HouseholdExpectation {
 public:
  HouseholdExpectation(std::vector<double> infectiousness, double rate)
      : infectiousness_(std::move(infectiousness)), rate_(rate) {}

  /// Expected sum of weight_of(step) over the infections after the start.
  [[nodiscard]] double value() const {
    double sum = 0.0;
    for (int a = 1; a <= kNever; ++a)
      for (int b = 1; b <= kNever; ++b)
        for (int c = 1; c <= kNever; ++c) {
          const int steps[kHousehold] = {0, a, b, c};
          sum += probability(steps) * (weight(a) + weight(b) + weight(c));
        }
    return sum;
  }

 private:
  static double weight(int step) { return step == kNever ? 0.0 : weight_of(step); }

  [[nodiscard]] double probability(const int (&steps)[kHousehold]) const {
    double product = 1.0;
    for (int s = 1; s <= kSteps; ++s) {
      double given = 0.0;
      for (const int t : steps)
        if (t < s) given += infectiousness_[static_cast<std::size_t>(s - t)];
      const double p = -std::expm1(-rate_ * given / (kHousehold - 1));
      for (const int t : steps)
        if (t >= s) product *= t == s ? p : 1.0 - p;
    }
    return product;
  }

  std::vector<double> infectiousness_;
  double rate_;
};

struct Households {
  static constexpr std::int64_t kCount = 1500;
  static constexpr std::int64_t kAgents = kCount * kHousehold;
  EpidemicSettings settings;
  Population population;
  InfectiousnessProfiles profiles;

  explicit Households(double shift_days) {
    settings.days = kSteps;
    settings.networks = test::household_network();
    settings.age_bin_edges = {0, 100};
    ProfileSettings& profile = settings.profile;
    profile.log_peak_sd = profile.shape_sd = profile.rate_sd_per_day = profile.shift_sd_days = 0.0;
    profile.shift_mean_days = shift_days;
    Csr members;
    for (std::int32_t i = 0; i < kAgents; ++i) {
      members.indices.push_back(i);
      if (i % kHousehold == kHousehold - 1) members.offsets.push_back(i + 1);
    }
    population =
        make_population("households", std::vector<std::uint8_t>(kAgents, 30), {"household"}, {members});
    profiles = draw_profiles(kAgents, profile);
  }

  [[nodiscard]] double expectation(double log10_beta) const {
    std::vector<double> infectiousness(kSteps + 1, 0.0);
    for (int steps = 1; steps <= kSteps; ++steps) {
      const double d = steps - profiles.shift_days[0];
      if (d > 0.0)
        infectiousness[static_cast<std::size_t>(steps)] = std::exp(
            profiles.log_scale[0] + profiles.shape_minus_one[0] * std::log(d) - profiles.rate_per_day[0] * d);
    }
    return HouseholdExpectation(infectiousness, std::pow(10.0, log10_beta)).value();
  }
};

struct Estimate {
  double mean;
  double error;  // standard, from the lanes
};

/// The derivative of a household's sum of weights.
Estimate derivative_by_chains(const Exec& exec, const Households& setting, double log10_beta) {
  constexpr int kLanes = 32;
  SampledEpidemic epidemic(std::make_shared<World<float>>(test::world_of<float>(
                               exec, setting.population, setting.settings, setting.profiles)),
                           std::make_shared<Schedule>(setting.settings), kLanes);
  LaneParameters parameters(1, kLanes);
  LaneNoise noise{3, {}};
  for (int lane = 0; lane < kLanes; ++lane) {
    parameters.beta(0, lane) = log10_beta;
    parameters.seed(lane) = -30.0;
    noise.lane_sample.push_back(static_cast<std::uint32_t>(lane));
  }
  std::vector<std::int16_t> start(static_cast<std::size_t>(Households::kAgents * kLanes), kNeverInfected);
  for (std::int64_t house = 0; house < Households::kCount; ++house)
    for (std::int64_t lane = 0; lane < kLanes; ++lane)
      start[static_cast<std::size_t>((house * kHousehold + house % kHousehold) * kLanes + lane)] = 0;
  const Trajectory trajectory = epidemic.run_from(parameters, noise, start);
  std::vector<double> case_adj(epidemic.new_cases(trajectory).size());
  const std::size_t row = case_adj.size() / (kSteps + 1);
  for (std::size_t i = row; i < case_adj.size(); ++i) case_adj[i] = weight_of(static_cast<int>(i / row));
  const LaneParameters gradient =
      epidemic.adjoint(trajectory, case_adj, {.kind = InfectionSlope::transmission_chains, .noise = {}});
  double sum = 0.0;
  double squares = 0.0;
  for (int lane = 0; lane < kLanes; ++lane) {
    const double value = gradient.beta(0, lane) / Households::kCount;
    sum += value;
    squares += value * value;
  }
  const double mean = sum / kLanes;
  return {mean, std::sqrt((squares / kLanes - mean * mean) / (kLanes - 1))};
}

}  // namespace

STARLING_BACKEND_CASE("the mean over runs of transmission chains is the derivative of the expectation") {
  for (const double shift_days : {-2.12, 1.12}) {
    const Households setting(shift_days);
    for (const double log10_beta : {-0.5, 0.3, 1.0}) {
      CAPTURE(shift_days);
      CAPTURE(log10_beta);
      const double h = 1e-4;
      const double expected =
          (setting.expectation(log10_beta + h) - setting.expectation(log10_beta - h)) / (2.0 * h);
      const Estimate chains = derivative_by_chains(exec, setting, log10_beta);
      CAPTURE(chains.error);
      CHECK(chains.error < 0.03 * std::abs(expected) + 0.01);
      CHECK(std::abs(chains.mean - expected) < 4.0 * chains.error);
    }
  }
}

TEST_CASE("transmission chains agree with differences where the epidemic saturates, for rates and seeds") {
  const Population population = test::mixed_world(4000);
  EpidemicSettings settings = test::reference_epidemic(28);
  settings.log10_seed_fraction = -2.0;
  const auto mean_gradient = [&](Estimator estimator) {
    GradientSettings gradient;
    gradient.estimator = estimator;
    gradient.difference_step = 0.1;
    EpidemicModel model(Exec::cpu(2), population, settings, gradient,
                        {"networks.household.log10_beta", "networks.school.log10_beta",
                         "networks.company.log10_beta", "epidemic.log10_seed_fraction"});
    Tape<double> tape(Exec::cpu(1));
    const Var<double> theta = tape.variable({1, 4}, model.configured());
    tape.backward(mean(model.observe(tape, theta, {1, 32})));
    return theta.adjoint();
  };
  const std::vector<double> truth = mean_gradient(Estimator::common_noise_differences);
  const std::vector<double> chains = mean_gradient(Estimator::transmission_chains);
  for (std::size_t d = 0; d < 4; ++d) CHECK(chains[d] == doctest::Approx(truth[d]).epsilon(0.15));
}

TEST_SUITE_END();
