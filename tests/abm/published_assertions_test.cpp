// What the published program's own tests ask of it, asked of this model. Isolation, vaccination, the
// calendar, policies' dates and the disease have files of their own.
#include <algorithm>
#include <cmath>
#include <memory>

#include <doctest/doctest.h>

#include <starling/abm/mean_field_epidemic.hpp>
#include <starling/abm/sampled_epidemic.hpp>
#include <starling/kernels/transmission.hpp>

#include "../support/backends.hpp"
#include "../support/statistics.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using starling::AttendanceTable;
using starling::Buffer;
using starling::DayType;
using starling::EpidemicSettings;
using starling::Exec;
using starling::LaneParameters;
using starling::MeanFieldPressureField;
using starling::MeanFieldState;
using starling::Population;
using starling::SampledEpidemic;
using starling::Schedule;
using starling::Trajectory;
using starling::World;
using Values = std::vector<double>;

// Probability to escape of people of these susceptibilities among people of this infectiousness. [agents]
Values escapes(const Exec& exec, const Population& population, const starling::NetworkSettings& network,
               DayType day, const Values& transmission, const Values& susceptibility) {
  const auto agents = population.agents();
  const World<double> world(exec, population, {network}, starling::draw_profiles(agents, {}),
                            starling::make_case_groups(population, {0, 120}));
  MeanFieldPressureField field(world, 1);
  const Buffer<double> given(exec, transmission);
  const Buffer<double> rate(exec, Values{std::pow(10.0, network.log10_beta)});
  field.compute(world, {{true}, day}, {given.data(), given.data()}, rate.data());
  const Values zeros(transmission.size(), 0.0);
  const Buffer<double> before_s(exec, susceptibility);
  const Buffer<double> zero(exec, zeros);
  Buffer<double> s(exec, agents), infected(exec, agents), t(exec, agents);
  starling::kernels::mean_field_infection<double>(exec,
                                                  {.agents = agents,
                                                   .lanes = 1,
                                                   .memberships = world.memberships(),
                                                   .pressure = field.pressure(),
                                                   .duration_days = 1.0,
                                                   .now_days = 1.0,
                                                   .limits = {},
                                                   .before = {before_s.data(), zero.data(), zero.data()},
                                                   .susceptibility = s.data(),
                                                   .infected = infected.data(),
                                                   .infection_time_days = t.data()});
  Values result = infected.download();
  for (double& x : result) x = 1.0 - x;
  return result;
}

// The fixture from Tuesday 2022-02-01, with people who are infectious from the moment of infection.
struct Fixture {
  Population population = starling::test::fixture_world();
  EpidemicSettings settings;
  starling::InfectiousnessProfiles profiles;

  explicit Fixture(int days, std::vector<starling::NetworkSettings> networks) {
    settings.start = "2022-02-01";
    settings.days = days;
    settings.networks = std::move(networks);
    settings.profile.shift_mean_days = -2.12;
    profiles = starling::draw_profiles(100, settings.profile);
  }
  SampledEpidemic epidemic(const Exec& exec, int lanes) const {
    return {
        std::make_shared<World<float>>(starling::test::world_of<float>(exec, population, settings, profiles)),
        std::make_shared<Schedule>(settings), lanes};
  }
};

}  // namespace

STARLING_BACKEND_CASE("two schools with stored head-counts give the published escape probabilities") {
  Population population = starling::make_population("schools", std::vector<std::uint8_t>(6, 10), {"school"},
                                                    {starling::test::csr_from_lists({{0, 1, 2}, {3, 4, 5}})});
  population.people = {2, 2};
  const Values escape =
      escapes(exec, population, {.name = "school", .log10_beta = std::log10(2.0)}, DayType::weekday,
              {0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, {1.0, 2.0, 3.0, 0.5, 0.7, 1.0});
  const Values exposure{1.2, 2.4, 3.6, 1.5, 2.1, 3.0};
  for (std::size_t i = 0; i < 6; ++i)
    CHECK(escape[i] == doctest::Approx(std::exp(-exposure[i])).epsilon(1e-14));
}

STARLING_BACKEND_CASE("people are infected as often as their probability says") {
  constexpr std::int64_t kPeople = 20000;
  const Values escape{0.2, 0.5, 0.7, 0.3};
  starling::Csr venue_of;
  std::vector<float> pressure;
  for (const double q : escape) pressure.push_back(static_cast<float>(-std::log(q)));
  for (std::int32_t i = 0; i < 4 * kPeople; ++i) {
    venue_of.indices.push_back(i % 4);
    venue_of.offsets.push_back(i + 1);
  }
  const Buffer<std::int64_t> offsets(exec, venue_of.offsets);
  const Buffer<std::int32_t> indices(exec, venue_of.indices);
  const Buffer<float> device_pressure(exec, pressure);
  const Buffer<std::uint32_t> sample(exec, std::vector<std::uint32_t>{0});
  Buffer<std::int16_t> step(exec, std::vector<std::int16_t>(4 * kPeople, starling::kNeverInfected));
  starling::kernels::infection(exec, {.agents = 4 * kPeople,
                                      .lanes = 1,
                                      .memberships = {offsets.data(), indices.data()},
                                      .pressure = device_pressure.data(),
                                      .duration_days = 1.0F,
                                      .step = 1,
                                      .noise = {3, sample.data()},
                                      .infection_step = step.data()});
  const std::vector<std::int16_t> steps = step.download();
  Values infected(4, 0.0);
  for (std::size_t i = 0; i < steps.size(); ++i) infected[i % 4] += steps[i] == 1 ? 1.0 : 0.0;
  for (std::size_t v = 0; v < 4; ++v) {
    const double error = std::sqrt(escape[v] * (1.0 - escape[v]) / kPeople);
    CHECK(std::abs(infected[v] / kPeople - (1.0 - escape[v])) < 4.0 * error);
  }
}

STARLING_BACKEND_CASE("attendance scales what people give and what they receive, by day, sex and age") {
  Population population = starling::make_population("pub", {1, 60, 20, 30, 50}, {"pub"},
                                                    {starling::test::csr_from_lists({{0, 1, 2, 3, 4}})},
                                                    {{"sex", {"male", "female"}, {0, 1, 1, 0, 0}}});
  AttendanceTable table(1.0);
  for (int age = 0; age < 100; ++age) {
    table.at(DayType::weekday, 0, age) = age < 50 ? 0.5 : 0.2;
    table.at(DayType::weekday, 1, age) = 0.5;
  }
  const starling::NetworkSettings pub{
      .name = "pub", .attendance = table, .normalisation = starling::Normalisation::head_count};
  const Values given{0.1, 0.2, 0.3, 0.4, 0.5};
  const Values attendance{0.5, 0.5, 0.5, 0.5, 0.2};
  const Values ones(5, 1.0);
  const Values weekday = escapes(exec, population, pub, DayType::weekday, given, ones);
  const Values weekend = escapes(exec, population, pub, DayType::weekend, given, ones);
  const double attending = 0.5 * (0.1 + 0.2 + 0.3 + 0.4) + 0.2 * 0.5;
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(weekday[i] == doctest::Approx(std::exp(-attendance[i] * attending / 4.0)).epsilon(1e-14));
    CHECK(weekend[i] == doctest::Approx(std::exp(-1.5 / 4.0)).epsilon(1e-14));
  }
}

TEST_CASE("after two steps of half a day from a Friday it is Saturday") {
  EpidemicSettings settings;
  settings.start = "2022-05-20";
  settings.days = 3;
  settings.step_hours = 12;
  settings.networks = {{.name = "household"}};
  const Schedule schedule(settings);
  CHECK(schedule.meetings(1).day_type == DayType::weekday);
  CHECK(schedule.calendar().record(2).date == "2022-05-21");
  CHECK(schedule.meetings(2).day_type == DayType::weekend);
}

STARLING_BACKEND_CASE("nobody is infected in a closed company, and everybody is on the day it opens") {
  Fixture fixture(5, {{.name = "company", .log10_beta = 5.0}});
  const auto infected_on = [&](std::int16_t day) {
    SampledEpidemic epidemic = fixture.epidemic(exec, 1);
    const auto steps = epidemic
                           .run_from(Schedule(fixture.settings).configured(1), {1, {0}},
                                     starling::test::fixture_infected(epidemic.width()))
                           .infection_step.download();
    return std::ranges::count(steps, day);
  };
  CHECK(infected_on(0) == 10);
  CHECK(infected_on(1) == 90);
  fixture.settings.policies.closure = {{"closed", {"2022-02-01", "2022-02-05"}, {"company"}}};
  CHECK(infected_on(0) == 10);
  CHECK(infected_on(4) == 90);  // 2022-02-05
}

STARLING_BACKEND_CASE("exposures under two factors of distancing are in the ratio of the factors") {
  const auto exposures = [&](double factor) {
    Fixture fixture(1, {{.name = "household", .log10_beta = -0.2}, {.name = "company", .log10_beta = 0.1}});
    fixture.settings.policies.interaction = {{"distancing", {"2022-02-01", "2022-02-05"}, {{"all", factor}}}};
    starling::MeanFieldEpidemic epidemic(std::make_shared<World<double>>(starling::test::world_of<double>(
                                             exec, fixture.population, fixture.settings, fixture.profiles)),
                                         std::make_shared<Schedule>(fixture.settings), 1);
    Values infected(100, 0.0);
    for (std::size_t i = 0; i < 100; i += 10) infected[i] = 1.0;
    epidemic.run(Schedule(fixture.settings).configured(1), infected);
    Values result;
    for (const double s : epidemic.susceptibility(1)) result.push_back(-std::log(s));
    return result;
  };
  const Values low = exposures(0.2);
  const Values high = exposures(0.5);
  for (std::size_t i = 0; i < 100; ++i)
    if (i % 10 != 0) CHECK(low[i] / high[i] == doctest::Approx(0.4).epsilon(1e-12));
}

STARLING_BACKEND_CASE("the seed fraction is the mean share of people infected at the start") {
  Fixture fixture(1, {{.name = "household", .log10_beta = -30.0}});
  SampledEpidemic epidemic = fixture.epidemic(exec, 32);
  LaneParameters parameters = Schedule(fixture.settings).configured(32);
  starling::LaneNoise noise{2, {}};
  for (int lane = 0; lane < 32; ++lane) {
    parameters.seed(lane) = std::log10(0.2);
    noise.lane_sample.push_back(static_cast<std::uint32_t>(lane));
  }
  const auto steps = epidemic.run(parameters, noise).infection_step.download();
  Values shares(32, 0.0);
  for (std::size_t i = 0; i < steps.size(); ++i) shares[i % 32] += steps[i] == 0 ? 0.01 : 0.0;
  CHECK(starling::test::estimate(shares).standard_errors_from(0.2) < 4.0);
  CHECK(starling::test::estimate(shares).error == doctest::Approx(std::sqrt(0.2 * 0.8 / 3200)).epsilon(0.5));
}

STARLING_BACKEND_CASE(
    "after three days people have been infected, and a loss has slopes in company and school") {
  const Fixture fixture(3, {{.name = "household", .log10_beta = 0.3},
                            {.name = "company", .log10_beta = 0.3},
                            {.name = "school", .log10_beta = 0.3}});
  SampledEpidemic epidemic = fixture.epidemic(exec, 1);
  const Trajectory trajectory = epidemic.run_from(Schedule(fixture.settings).configured(1), {4, {0}},
                                                  starling::test::fixture_infected(epidemic.width()));
  const std::vector<std::int64_t> cases = epidemic.new_cases(trajectory);
  std::int64_t total = 0;
  Values loss_adj;  // of half the squared distance from 7 a cell
  for (const std::int64_t count : cases) {
    total += count;
    loss_adj.push_back(static_cast<double>(count) - 7.0);
  }
  CHECK(total > 10);
  const LaneParameters gradient = epidemic.adjoint(trajectory, loss_adj, {});
  for (int n = 0; n < 3; ++n) CHECK(std::abs(gradient.beta(n, 0)) > 1e-3);
}

STARLING_BACKEND_CASE("an infection has a slope in the network it came through and none in the other") {
  // Agents 0 to 49 are only in schools, 50 to 99 only in companies; each is counted apart.
  starling::Csr schools;
  starling::Csr companies;
  std::vector<std::string> names;
  std::vector<std::int32_t> codes;
  for (std::int32_t i = 0; i < 100; ++i) {
    starling::Csr& venues = i < 50 ? schools : companies;
    venues.indices.push_back(i);
    if (i % 25 == 24) venues.offsets.push_back(static_cast<std::int64_t>(venues.indices.size()));
    names.push_back(std::to_string(i));
    codes.push_back(i);
  }
  const Population population =
      starling::make_population("apart", std::vector<std::uint8_t>(100, 30), {"school", "company"},
                                {schools, companies}, {{"person", names, codes}});
  Fixture fixture(6, {{.name = "school", .log10_beta = 0.8}, {.name = "company", .log10_beta = 0.8}});
  const auto groups = starling::make_case_groups(population, {0}, {"person"});
  REQUIRE(groups.size() == 100);
  SampledEpidemic epidemic(
      std::make_shared<World<float>>(exec, population, fixture.settings.networks, fixture.profiles, groups),
      std::make_shared<Schedule>(fixture.settings), 1);
  const Trajectory trajectory = epidemic.run_from(Schedule(fixture.settings).configured(1), {6, {0}},
                                                  starling::test::fixture_infected(epidemic.width()));
  const auto steps = trajectory.infection_step.download();
  int checked = 0;
  for (std::size_t k = 0; k < 100; ++k) {
    if (steps[k] == 0 || steps[k] == starling::kNeverInfected) continue;
    Values adj(7 * 100, 0.0);
    for (std::size_t step = 0; step < 7; ++step) adj[step * 100 + groups.of_agent[k]] = 1.0;
    const LaneParameters gradient = epidemic.adjoint(trajectory, adj, {});
    CHECK(std::abs(gradient.beta(k < 50 ? 0 : 1, 0)) > 1e-6);
    CHECK(gradient.beta(k < 50 ? 1 : 0, 0) == 0.0);
    ++checked;
  }
  CHECK(checked > 20);
}

TEST_CASE("peaks of infectiousness have mean 1.1331") {
  constexpr std::int64_t kPeople = 100000;
  const auto profiles = starling::draw_profiles(kPeople, {});
  Values peaks;
  for (std::size_t i = 0; i < kPeople; ++i) {
    const double shape = profiles.shape_minus_one[i] + 1.0;
    peaks.push_back(
        std::exp(profiles.log_scale[i] - shape * std::log(profiles.rate_per_day[i]) + std::lgamma(shape)));
  }
  CHECK(starling::test::estimate(peaks).standard_errors_from(std::exp(0.125)) < 4.0);
}

STARLING_BACKEND_CASE(
    "infectiousness is zero without infection and before its shift, and has the published values") {
  const Population population = starling::make_population("three", {30, 30, 30, 30}, {"household"},
                                                          {starling::test::csr_from_lists({{0, 1, 2, 3}})});
  const auto transmission = [&](double shift_days, double now, const Values& times,
                                const Values& ever_infected) {
    starling::InfectiousnessProfiles profiles;
    for (const double peak : {1.0, 2.0, 1.0, 1.0}) profiles.push_back(peak, 1.56, 0.53, shift_days);
    const World<double> world(exec, population, starling::test::household_network(), profiles,
                              starling::make_case_groups(population, {0}));
    const Buffer<double> x(exec, ever_infected);
    const Buffer<double> t(exec, times);
    const Buffer<double> s(exec, Values(4, 0.0));
    Buffer<double> result(exec, 4);
    starling::kernels::transmission<MeanFieldState<double>>(exec, {.agents = 4,
                                                                   .lanes = 1,
                                                                   .state = {s.data(), x.data(), t.data()},
                                                                   .profile = world.profile(),
                                                                   .now_days = now,
                                                                   .transmission = result.data()});
    return result.download();
  };
  Values infected(4, 1.0);
  infected[3] = 0.0;
  const Values published = transmission(-2.12, 3.0, {0.0, 1.0, 3.0, 0.0}, infected);
  CHECK(published[0] == doctest::Approx(0.0691).epsilon(1e-3));
  CHECK(published[1] == doctest::Approx(0.2078).epsilon(1e-3));
  CHECK(published[2] == doctest::Approx(0.2067).epsilon(1e-3));
  CHECK(published[3] == 0.0);
  const Values here = transmission(2.12, 5.0, {0.0, 2.0, 3.0, 5.0}, Values(4, 1.0));
  CHECK(here[0] == doctest::Approx(0.164062).epsilon(1e-5));
  CHECK(here[1] == doctest::Approx(2 * 0.243788).epsilon(1e-5));
  CHECK(here[2] == 0.0);  // two days after infection
  CHECK(here[3] == 0.0);
}

TEST_SUITE_END();
