// Forward mode through sampled runs, against the reverse sweep and against dual numbers along the events.
#include <algorithm>
#include <cmath>
#include <memory>

#include <doctest/doctest.h>

#include <starling/abm/epidemic_model.hpp>
#include <starling/abm/sampled_tangents.hpp>
#include <starling/core/error.hpp>
#include <starling/core/random.hpp>

#include "../support/backends.hpp"
#include "../support/epidemic_oracle.hpp"
#include "../support/values.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;

double number(std::size_t i, std::uint32_t stream) {
  return uniform_double(random_word(71, static_cast<std::uint32_t>(i), stream, 0, Draw::test));
}

// Households of four, one company of 500 and others of 20, catchments of 300 for two networks.
Population featured_world() {
  constexpr std::size_t kAgents = 1200;
  std::vector<std::uint8_t> ages;
  std::vector<std::int32_t> sex;
  std::vector<std::vector<int>> households(kAgents / 4), companies(36), catchments(kAgents / 300);
  for (std::size_t i = 0; i < kAgents; ++i) {
    ages.push_back(static_cast<std::uint8_t>(90.0 * number(i, 1)));
    sex.push_back(number(i, 2) < 0.5 ? 0 : 1);
    households[i / 4].push_back(static_cast<int>(i));
    companies[i < 500 ? 0 : 1 + i % 35].push_back(static_cast<int>(i));
    catchments[i % catchments.size()].push_back(static_cast<int>(i));
  }
  return make_population(
      "featured", ages, {"household", "company", "leisure"},
      {test::csr_from_lists(households), test::csr_from_lists(companies), test::csr_from_lists(catchments)},
      {{"sex", {"male", "female"}, sex}});
}

AttendanceTable attendance(std::uint32_t stream) {
  AttendanceTable table(0.0);
  for (const DayType day : {DayType::weekday, DayType::weekend})
    for (int sex = 0; sex < kSexes; ++sex)
      for (int age = 0; age < 100; ++age)
        table.at(day, sex, age) = number(static_cast<std::size_t>(age / 30 + 10 * sex), stream);
  return table;
}

// A mild epidemic with everything that a run can have and a sweep can pass.
EpidemicSettings featured_epidemic(int days) {
  EpidemicSettings settings;
  settings.days = days;
  settings.log10_seed_fraction = -1.7;
  settings.networks = {{.name = "household", .log10_beta = -0.4, .at_home = true},
                       {.name = "company", .log10_beta = -0.3, .weekends = false},
                       {.name = "pub", .log10_beta = -0.4, .venues = "leisure", .attendance = attendance(3)},
                       {.name = "gym", .log10_beta = -0.5, .venues = "leisure", .attendance = attendance(4)}};
  settings.policies.interaction = {
      {.name = "distance",
       .dates = {"2020-03-04", "2020-03-20"},
       .factors = {{"company", 0.7}, {"pub", 0.5}}},
      {.name = "masks", .dates = {"2020-03-08", "2020-04-20"}, .factors = {{"company", 0.8}}}};
  settings.policies.closure = {{.name = "shut", .dates = {"2020-03-15", "2020-03-18"}, .networks = {"gym"}}};
  settings.policies.quarantine = {{.name = "alone",
                                   .dates = {"2020-03-06", "2020-04-20"},
                                   .stage = QuarantineStage::infectious,
                                   .compliance = 0.6,
                                   .household = true}};
  settings.policies.vaccination = {{.name = "old",
                                    .dates = {"2020-03-02", "2020-03-12"},
                                    .age_from = 50,
                                    .coverage = 0.8,
                                    .efficacy_infection = 0.5,
                                    .efficacy_symptoms = 0.6},
                                   {.name = "young",
                                    .dates = {"2020-02-20", "2020-03-20"},
                                    .age_to = 50,
                                    .coverage = 0.5,
                                    .efficacy_symptoms = 0.3}};
  settings.seeding.agents = {3, 700};
  settings.seeding.imports_by = "sex";
  settings.seeding.imports = {{"2020-03-05", "male", 8.0}, {"2020-03-10", "female", 5.0}};
  return settings;
}

std::vector<std::string> all_paths(const EpidemicSettings& settings) {
  std::vector<std::string> paths;
  for (const EpidemicParameter& parameter : calibratable_parameters(settings))
    paths.push_back(parameter.path);
  return paths;
}

struct Swept {
  std::vector<double> observations;
  std::vector<double> adjoint;
};

// The configured parameters, moved a little from draw to draw, under positive weights: nothing cancels.
Swept sweep(const Exec& exec, const Population& population, const EpidemicSettings& settings,
            const GradientSettings& gradient, const OutputSettings& outputs, int draws, int replicates) {
  EpidemicModel model(exec, population, settings, gradient, all_paths(settings), outputs);
  std::vector<double> theta;
  for (int draw = 0; draw < draws; ++draw)
    for (const double value : model.configured()) theta.push_back(value + 0.02 * draw);
  Tape<double> tape(Exec::cpu(1));
  const Var<double> leaf = tape.variable({draws, model.dimensions()}, theta);
  const Var<double> observed = model.observe(tape, leaf, {17, replicates});
  std::vector<double> weights;
  for (std::int64_t i = 0; i < observed.size(); ++i)
    weights.push_back(0.5 + number(static_cast<std::size_t>(i), 5));
  tape.backward(observed, weights);
  return {observed.value(), leaf.adjoint()};
}

void check_modes_agree(const Exec& exec, const EpidemicSettings& settings, Estimator estimator,
                       const OutputSettings& outputs, int draws, int replicates) {
  const Population population = featured_world();
  GradientSettings gradient;
  gradient.estimator = estimator;
  const Swept reverse = sweep(exec, population, settings, gradient, outputs, draws, replicates);
  gradient.mode = SweepMode::forward;
  const Swept forward = sweep(exec, population, settings, gradient, outputs, draws, replicates);
  CHECK(forward.observations == reverse.observations);
  REQUIRE(forward.adjoint.size() == reverse.adjoint.size());
  const std::size_t dimensions = all_paths(settings).size();
  for (std::size_t i = 0; i < forward.adjoint.size(); ++i) {
    CAPTURE(all_paths(settings)[i % dimensions]);
    CHECK(forward.adjoint[i] == doctest::Approx(reverse.adjoint[i]).epsilon(1e-4).scale(1e-3));
  }
  CHECK(std::ranges::count_if(reverse.adjoint, [](double a) { return a != 0.0; }) ==
        static_cast<std::ptrdiff_t>(reverse.adjoint.size() / dimensions * 8));  // 4 rates, seed, 3 factors
}

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

// The three rates and the seed fraction of the mixed world, one after the other.
std::vector<LaneParameters> four_directions(int lanes) {
  std::vector<LaneParameters> directions(4, LaneParameters(3, lanes));
  for (int lane = 0; lane < lanes; ++lane) {
    for (int n = 0; n < 3; ++n) directions[static_cast<std::size_t>(n)].beta(n, lane) = 1.0;
    directions[3].seed(lane) = 1.0;
  }
  return directions;
}

SampledEpidemic mixed_epidemic(const Exec& exec, const Population& population, int days, int lanes,
                               SampledRules rules = {}) {
  const EpidemicSettings settings = test::reference_epidemic(days);
  return {std::make_shared<World<float>>(test::world_of<float>(
              exec, population, settings, draw_profiles(population.agents(), settings.profile))),
          std::make_shared<Schedule>(settings), lanes, std::move(rules)};
}

}  // namespace

STARLING_BACKEND_CASE("forward mode equals the reverse sweep by every parameter of a run with all features") {
  OutputSettings outputs;
  outputs.targets = {{{Outcome::death, "sex"}, SeriesForm::cumulative},
                     {{Outcome::in_hospital, ""}, SeriesForm::daily, "2020-03-10"},
                     {{std::nullopt, "age"}, SeriesForm::weekly}};
  for (const Estimator estimator : {Estimator::straight_through, Estimator::gumbel_softmax}) {
    check_modes_agree(exec, featured_epidemic(30), estimator, {}, 1, 1);
    check_modes_agree(exec, featured_epidemic(30), estimator, outputs, 3, 2);
  }
}

STARLING_BACKEND_CASE("forward mode equals the reverse sweep where the profile starts from the onset") {
  EpidemicSettings settings = featured_epidemic(20);
  settings.profile.shift_from_onset = true;
  settings.profile.shift_mean_days = -2.12;
  settings.weekday_step_hours = {8, 16};
  settings.weekend_step_hours = {24};
  check_modes_agree(exec, settings, Estimator::straight_through, {}, 2, 5);
}

STARLING_BACKEND_CASE("tangents of new cases are those of dual numbers along the sampled events") {
  constexpr int kDays = 14;
  constexpr std::size_t kGroups = 4;
  const Population population = test::mixed_world(120);
  const EpidemicSettings settings = test::reference_epidemic(kDays);
  const Schedule schedule(settings);
  const InfectiousnessProfiles profiles = draw_profiles(120, settings.profile);
  SampledEpidemic epidemic = mixed_epidemic(exec, population, kDays, 4);
  const Trajectory trajectory = epidemic.run(parameters_at(3, 0.2, 0.1, 0.0, -1.2), {13, {0, 1, 2}});
  const std::vector<std::int16_t> steps = trajectory.infection_step.download();
  SampledTangents tangents(epidemic, 4);
  const std::vector<float> swept = tangents.new_cases(trajectory, four_directions(3), {});
  REQUIRE(swept.size() == (kDays + 1) * kGroups * 16);

  using Dual = test::Dual<4>;
  const test::EpidemicOracle<Dual> oracle{
      population,
      profiles,
      schedule,
      {Dual::variable(0.2, 0), Dual::variable(0.1, 1), Dual::variable(0.0, 2)}};
  for (std::size_t lane = 0; lane < 3; ++lane) {
    const auto cases = oracle.run(exp(Dual(std::log(10.0)) * Dual::variable(-1.2, 3)),
                                  [&](int step, std::size_t agent, const Dual& probability) {
                                    const double infected = steps[agent * 4 + lane] == step ? 1.0 : 0.0;
                                    return test::straight_through(infected, probability);
                                  });
    for (std::size_t step = 0; step <= kDays; ++step) {
      Dual by_group[kGroups];
      for (std::size_t i = 0; i < 120; ++i) {
        const int age = population.age_years[i];
        Dual& sum = by_group[age < 18 ? 0 : age < 65 ? 1 : 2];
        sum = sum + cases[step][i];
      }
      for (std::size_t group = 0; group < kGroups; ++group) {
        for (std::size_t d = 0; d < 4; ++d)
          CHECK(static_cast<double>(swept[(step * kGroups + group) * 16 + d * 4 + lane]) ==
                doctest::Approx(by_group[group].tangent[d]).epsilon(2e-4).scale(1e-3));
      }
    }
  }
  for (std::size_t i = 3; i < swept.size(); i += 4) CHECK(swept[i] == 0.0F);  // the lane without parameters
}

STARLING_BACKEND_CASE("a direction is the sum of its parts, in one lane or in many") {
  const Population population = test::mixed_world(900);
  SampledEpidemic narrow = mixed_epidemic(exec, population, 12, 1);
  SampledEpidemic wide = mixed_epidemic(exec, population, 12, 9);
  const LaneNoise noise{3, {0, 1, 2, 3, 4, 5, 6, 7, 8}};
  const auto columns_of = [](SampledEpidemic& epidemic, const LaneNoise& lane_noise,
                             const std::vector<LaneParameters>& directions) {
    const auto lanes = static_cast<int>(lane_noise.lane_sample.size());
    const Trajectory trajectory = epidemic.run(parameters_at(lanes, 0.1, 0.0, -0.1, -1.5), lane_noise);
    SampledTangents tangents(epidemic, static_cast<int>(directions.size()));
    return tangents.new_cases(trajectory, directions, {});
  };
  const std::vector<float> all = columns_of(wide, noise, four_directions(9));
  LaneParameters mixed(3, 1);
  mixed.beta(0, 0) = 0.3;
  mixed.beta(1, 0) = -0.7;
  mixed.beta(2, 0) = 0.2;
  mixed.seed(0) = 0.5;
  const std::vector<float> one = columns_of(narrow, {3, {5}}, {mixed});
  REQUIRE(one.size() == 13 * 4 * 4);
  REQUIRE(all.size() == 13 * 4 * 4 * 16);
  const double parts[] = {0.3, -0.7, 0.2, 0.5};
  for (std::size_t row = 0; row < 13 * 4; ++row) {
    double sum = 0.0;
    for (std::size_t d = 0; d < 4; ++d) sum += parts[d] * static_cast<double>(all[row * 64 + d * 16 + 5]);
    CHECK(static_cast<double>(one[row * 4]) == doctest::Approx(sum).epsilon(1e-4).scale(1e-2));
    CHECK(one[row * 4 + 1] == 0.0F);  // padding
  }
}

TEST_CASE("forward mode gives the same bits for 1 and 3 threads") {
  const Population population = test::mixed_world(2100);
  std::vector<float> first;
  for (const int threads : {1, 3}) {
    SampledEpidemic epidemic = mixed_epidemic(Exec::cpu(threads), population, 15, 8);
    const Trajectory trajectory =
        epidemic.run(parameters_at(8, 0.9, 0.6, 0.3, -2.0), {11, {0, 1, 2, 3, 4, 5, 6, 7}});
    SampledTangents tangents(epidemic, 4);
    const std::vector<float> swept = tangents.new_cases(trajectory, four_directions(8), {});
    if (threads == 1) first = swept;
    CHECK(swept == first);
  }
}

TEST_CASE("where the sweep explodes its tangents stay finite") {
  const Population population = test::mixed_world(900);
  SampledEpidemic epidemic = mixed_epidemic(Exec::cpu(2), population, 120, 1);
  const Trajectory trajectory = epidemic.run(parameters_at(1, 2.0, 2.0, 2.0, -1.0), {2, {0}});
  SampledTangents tangents(epidemic, 4);
  const std::vector<float> swept = tangents.new_cases(trajectory, four_directions(1), {});
  CHECK(std::ranges::all_of(swept, [](float x) { return std::isfinite(x); }));
  CHECK(std::ranges::any_of(swept, [](float x) { return std::abs(x) > 1e15F; }));
}

TEST_CASE("forward mode is refused where there is none") {
  const Population population = test::mixed_world(40);
  SampledRules waning;
  waning.waning_per_day = 0.01;
  SampledEpidemic wanes = mixed_epidemic(Exec::cpu(1), population, 3, 1, waning);
  CHECK_THROWS_WITH_AS(SampledTangents(wanes, 1), doctest::Contains("wanes"), InputError);
  SampledEpidemic epidemic = mixed_epidemic(Exec::cpu(1), population, 3, 1);
  CHECK_THROWS_WITH_AS(SampledTangents(epidemic, 0), doctest::Contains("directions"), InputError);
  SampledTangents tangents(epidemic, 3);
  const Trajectory trajectory = epidemic.run(parameters_at(1, 0.0, 0.0, 0.0, -1.0), {2, {0}});
  CHECK_THROWS_WITH_AS(static_cast<void>(tangents.new_cases(trajectory, four_directions(1), {})),
                       doctest::Contains("directions"), InputError);
  GradientSettings gradient;
  gradient.mode = SweepMode::forward;
  for (const Estimator estimator : {Estimator::common_noise_differences, Estimator::mean_field}) {
    gradient.estimator = estimator;
    CHECK_THROWS_WITH_AS(EpidemicModel(Exec::cpu(1), population, test::reference_epidemic(3), gradient, {}),
                         doctest::Contains("gradient.mode"), InputError);
  }
}

TEST_SUITE_END();
