#include <cmath>

#include <doctest/doctest.h>

#include <starling/abm/schedule.hpp>
#include <starling/core/error.hpp>

TEST_SUITE_BEGIN("abm");

namespace {

using starling::EpidemicSettings;
using starling::InputError;
using starling::InteractionPolicy;
using starling::LaneParameters;
using starling::Schedule;

// From Tuesday 2022-02-01, with networks that meet every day except the school.
EpidemicSettings epidemic() {
  EpidemicSettings settings;
  settings.start = "2022-02-01";
  settings.days = 15;
  settings.networks = {{.name = "household", .log10_beta = 0.2},
                       {.name = "company", .log10_beta = -0.1},
                       {.name = "school", .log10_beta = 0.4, .weekends = false}};
  return settings;
}

double rate(const Schedule& schedule, int step, int network) {
  const std::vector<double> rates = schedule.rates<double>(schedule.configured(1), 1);
  return rates[static_cast<std::size_t>(step * schedule.networks() + network)];
}

InteractionPolicy distancing(const std::string& begin, const std::string& end,
                             std::vector<std::pair<std::string, double>> factors) {
  return {"distancing", {begin, end}, std::move(factors)};
}

void refuses(const EpidemicSettings& settings, const std::string& part) {
  try {
    const Schedule schedule(settings);
    FAIL("not refused: " << part);
  } catch (const InputError& error) {
    CAPTURE(error.what());
    CHECK(std::string(error.what()).find(part) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("distancing scales the networks it names from its first day until the day before its end") {
  EpidemicSettings settings = epidemic();
  settings.policies.interaction = {
      distancing("2022-02-03", "2022-02-05", {{"company", 0.3}, {"school", 0.5}})};
  const Schedule schedule(settings);
  for (int step = 1; step <= 15; ++step) {
    const bool in_force = step == 2 || step == 3;
    CHECK(rate(schedule, step, 0) == std::pow(10.0, 0.2));
    CHECK(rate(schedule, step, 1) ==
          doctest::Approx(std::pow(10.0, -0.1) * (in_force ? 0.3 : 1.0)).epsilon(1e-15));
    if (schedule.meetings(step).active[2])
      CHECK(rate(schedule, step, 2) ==
            doctest::Approx(std::pow(10.0, 0.4) * (in_force ? 0.5 : 1.0)).epsilon(1e-15));
  }
}

TEST_CASE("a factor for all applies to the networks not named, and policies in force together multiply") {
  EpidemicSettings settings = epidemic();
  settings.policies.interaction = {distancing("2022-02-01", "2022-02-10", {{"all", 0.8}, {"company", 0.5}}),
                                   {"masks", {"2022-02-04", "2022-02-20"}, {{"all", 0.9}}}};
  const Schedule schedule(settings);
  CHECK(rate(schedule, 1, 0) == doctest::Approx(std::pow(10.0, 0.2) * 0.8));
  CHECK(rate(schedule, 1, 1) == doctest::Approx(std::pow(10.0, -0.1) * 0.5));
  CHECK(rate(schedule, 3, 1) == doctest::Approx(std::pow(10.0, -0.1) * 0.5 * 0.9));
  CHECK(rate(schedule, 12, 0) == doctest::Approx(std::pow(10.0, 0.2) * 0.9));
}

TEST_CASE("a closed network does not meet") {
  EpidemicSettings settings = epidemic();
  settings.policies.closure = {{"closed", {"2022-02-02", "2022-02-05"}, {"company"}}};
  const Schedule schedule(settings);
  CHECK(rate(schedule, 1, 1) == 0.0);
  CHECK_FALSE(schedule.meetings(3).active[1]);
  CHECK(schedule.meetings(3).active[0]);
  CHECK(schedule.meetings(4).active[1]);
}

TEST_CASE("the derivative of a factor is that of the rates it scales") {
  EpidemicSettings settings = epidemic();
  settings.policies.interaction = {distancing("2022-02-03", "2022-02-08", {{"company", 0.3}, {"all", 0.6}})};
  const Schedule schedule(settings);
  const int width = 4;
  const int lanes = 2;
  LaneParameters at = schedule.configured(lanes);
  at.policy(0, 1) = 0.7;
  // An outcome linear in the logarithms of the rates, whose gradient is the weights.
  std::vector<double> weights(static_cast<std::size_t>(16 * 3 * width));
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = std::sin(static_cast<double>(i));
  const auto outcome = [&](const LaneParameters& parameters, int lane) {
    const std::vector<double> rates = schedule.rates<double>(parameters, width);
    double sum = 0.0;
    for (std::size_t i = static_cast<std::size_t>(lane); i < rates.size(); i += width)
      if (rates[i] > 0.0) sum += weights[i] * std::log(rates[i]);
    return sum;
  };
  // Rates of networks that do not meet have no logarithm and no adjoint.
  std::vector<double> adj = weights;
  const std::vector<double> rates = schedule.rates<double>(at, width);
  for (std::size_t i = 0; i < adj.size(); ++i)
    if (!(rates[i] > 0.0)) adj[i] = 0.0;
  LaneParameters gradient(3, lanes, 2);
  schedule.rates_adjoint(at, width, adj, gradient);
  for (int lane = 0; lane < lanes; ++lane) {
    const auto difference = [&](double& value) {
      const double kept = value;
      value = kept + 1e-5;
      const double above = outcome(at, lane);
      value = kept - 1e-5;
      const double below = outcome(at, lane);
      value = kept;
      return (above - below) / 2e-5;
    };
    for (int n = 0; n < 3; ++n)
      CHECK(gradient.beta(n, lane) == doctest::Approx(difference(at.beta(n, lane))).epsilon(1e-7));
    for (int v = 0; v < 2; ++v)
      CHECK(gradient.policy(v, lane) == doctest::Approx(difference(at.policy(v, lane))).epsilon(1e-7));
  }
}

TEST_CASE("a policy that can never act is an error that says why") {
  EpidemicSettings settings = epidemic();
  const auto with = [&](const InteractionPolicy& policy) {
    settings.policies.interaction = {policy};
    return settings;
  };
  refuses(with(distancing("2023-04-15", "2022-05-15", {{"company", 0.5}})),
          "policies.distancing: can never act: it ends on 2022-05-15, not after it begins on 2023-04-15");
  refuses(with(distancing("2023-04-15", "2023-05-15", {{"company", 0.5}})), "lies outside the run");
  refuses(with(distancing("2022-02-05", "2022-02-07", {{"school", 0.5}})),
          "can never act on \"school\": no such network meets while it is in force");
  refuses(with(distancing("2022-02-03", "2022-02-07", {{"leisure", 0.5}})),
          "network \"leisure\" is not configured, expected one of household, company, school");
  refuses(with(distancing("2022-02-03", "2022-02-30", {{"company", 0.5}})), "expected an existing date");
  refuses(with(distancing("2022-02-03", "2022-02-07", {{"company", -0.5}})),
          "policies.distancing.factors.company: value = -0.5");
  refuses(with(distancing("2022-02-03", "2022-02-07", {})), "has no factors");
  settings.policies.interaction = {distancing("2022-02-03", "2022-02-07", {{"all", 0.5}}),
                                   distancing("2022-02-08", "2022-02-10", {{"all", 0.5}})};
  refuses(settings, "policies.distancing: is configured twice");
}

TEST_SUITE_END();
