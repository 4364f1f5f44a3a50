#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

#include <doctest/doctest.h>

#include <starling/abm/epidemic_model.hpp>
#include <starling/core/error.hpp>
#include <starling/kernels/agent_state.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;

const std::vector<int> kBins{0, 18, 65, 100};
const std::vector<SeriesKey> kKeys{
    {std::nullopt, ""},         {std::nullopt, "age"},       {Outcome::death, ""}, {Outcome::death, "town"},
    {Outcome::in_hospital, ""}, {Outcome::admission, "age"}, {std::nullopt, "sex"}};

Population parted_world(std::int64_t agents) {
  Population population = test::mixed_world(agents);
  Attribute sex{"sex", {"male", "female"}, {}};
  Attribute town{"town", {"north", "south", "far away"}, {}};
  for (std::int64_t agent = 0; agent < agents; ++agent) {
    const std::uint32_t word = random_word(77, static_cast<std::uint32_t>(agent), 0, 0, Draw::test);
    sex.codes.push_back(static_cast<std::int32_t>(word % 2));
    town.codes.push_back(static_cast<std::int32_t>(word / 2 % 3));
  }
  population.attributes = {sex, town};
  return population;
}

EpidemicSettings settings_of(int days, int step_hours = 24) {
  EpidemicSettings settings = test::reference_epidemic(days);
  settings.step_hours = step_hours;
  settings.log10_seed_fraction = -1.5;
  settings.age_bin_edges = kBins;
  return settings;
}

std::vector<double> times_of(int days) {
  std::vector<double> times(static_cast<std::size_t>(days) + 1);
  std::iota(times.begin(), times.end(), 0.0);
  return times;
}

/// Infections of agents in one lane, and what a table makes of them.
struct Infections {
  static constexpr int kWidth = 4;
  static constexpr int kRecords = 41;
  Population population = parted_world(600);
  CaseGroups groups;
  SeriesTable table;
  std::vector<std::int16_t> step;       // [agents][width]
  std::vector<std::int64_t> new_cases;  // [records][groups][width]

  Infections()
      : groups(make_case_groups(population, {0, 10, 18, 20, 30, 40, 50, 60, 65, 70, 80, 90, 100},
                                attributes_of(kKeys))),
        table(groups, population, {}, times_of(kRecords - 1), kBins, kKeys),
        new_cases(static_cast<std::size_t>(kRecords * groups.size() * kWidth), 0) {
    for (std::size_t agent = 0; agent < 600; ++agent) {
      for (std::size_t lane = 0; lane < kWidth; ++lane) {
        const std::uint32_t word = random_word(5, static_cast<std::uint32_t>(agent),
                                               static_cast<std::uint32_t>(lane), 0, Draw::test);
        const auto record = static_cast<std::size_t>(word % 60);
        step.push_back(record < 30 ? static_cast<std::int16_t>(record) : kNeverInfected);
        if (record >= 30) continue;
        const auto cells = static_cast<std::size_t>(groups.size());
        ++new_cases[(record * cells + groups.of_agent[agent]) * kWidth + lane];
      }
    }
  }

  /// Part of an agent in a key: its row, -1 for none.
  [[nodiscard]] int part(const SeriesKey& key, std::size_t agent) const {
    if (key.by.empty()) return 0;
    if (key.by != "age") return population.attribute(key.by).codes[agent];
    const int age = population.age_years[agent];
    return age < 18 ? 0 : age < 65 ? 1 : age < 100 ? 2 : -1;
  }
  [[nodiscard]] double value(const std::vector<double>& values, int lane, int row, int record) const {
    return values[static_cast<std::size_t>((lane * table.rows() + row) * kRecords + record)];
  }
};

}  // namespace

TEST_CASE("a table holds the sums over agents of every quantity and part of the population") {
  const Infections infections;
  const int lanes = 3;
  const std::vector<double> values = infections.table.values(infections.new_cases, Infections::kWidth, lanes);
  REQUIRE(values.size() == infections.table.size() * lanes);
  CHECK(infections.table.rows() == 1 + 3 + 1 + 3 + 1 + 3 + 2);
  // One group for each agent, so that nothing is summed before it is spread over the records.
  for (const SeriesKey& key : kKeys) {
    const SeriesRows rows = infections.table.rows_of(key);
    REQUIRE(rows.count == static_cast<int>(infections.table.labels_of(key).size()));
    for (int lane = 0; lane < lanes; ++lane) {
      OutcomeGroups own{{}, {}, rows.count};
      std::vector<double> cases(600 * Infections::kRecords, 0.0);
      std::vector<double> expected(static_cast<std::size_t>(Infections::kRecords * rows.count), 0.0);
      for (std::size_t agent = 0; agent < 600; ++agent) {
        own.age_years.push_back(infections.population.age_years[agent]);
        own.cell.push_back(infections.part(key, agent));
        const int step = infections.step[agent * Infections::kWidth + static_cast<std::size_t>(lane)];
        if (step == kNeverInfected) continue;
        cases[static_cast<std::size_t>(step) * 600 + agent] = 1.0;
        if (own.cell.back() >= 0)
          expected[static_cast<std::size_t>(step * rows.count + own.cell.back())] += 1.0;
      }
      if (key.quantity)
        expected =
            ExpectedOutcomes({}, times_of(Infections::kRecords - 1), own, {*key.quantity}).apply(cases, 1);
      double worst = 0.0;
      double sum = 0.0;
      for (int t = 0; t < Infections::kRecords; ++t) {
        for (int row = 0; row < rows.count; ++row) {
          const double own_value = infections.value(values, lane, rows.first + row, t);
          worst =
              std::max(worst, std::abs(own_value - expected[static_cast<std::size_t>(t * rows.count + row)]));
          sum += own_value;
        }
      }
      CHECK(worst < 1e-10);
      CHECK(sum > 0.1);
    }
  }
}

TEST_CASE("the adjoint of a table is the transpose of its values") {
  const Infections infections;
  const int lanes = 3;
  const std::vector<DiseaseSeverity> severity{{0.1, 0, 0, 0}, {0, -0.3, 0, 0}, {0, 0, 0.2, 0.1}, {}};
  const std::vector<double> values =
      infections.table.values(infections.new_cases, Infections::kWidth, lanes, {severity});
  const std::vector<double> values_adj = test::spread(static_cast<std::int64_t>(values.size()), 3);
  std::vector<double> cases_adj(infections.new_cases.size(), 0.0);
  infections.table.adjoint(values_adj, Infections::kWidth, lanes, cases_adj, {severity});
  double forward = 0.0;
  double backward = 0.0;
  double spare = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) forward += values[i] * values_adj[i];
  for (std::size_t i = 0; i < cases_adj.size(); ++i) {
    backward += cases_adj[i] * static_cast<double>(infections.new_cases[i]);
    if (i % Infections::kWidth >= lanes) spare += std::abs(cases_adj[i]);
  }
  CHECK(forward == doctest::Approx(backward).epsilon(1e-12));
  CHECK(std::abs(forward) > 1.0);
  CHECK(spare == 0.0);
}

STARLING_BACKEND_CASE("sampled series of groups add up to the outcomes drawn for the parts themselves") {
  const Infections infections;
  const std::vector<double> times = times_of(Infections::kRecords - 1);
  const Buffer<std::int16_t> steps(exec, infections.step);
  const std::vector<std::uint32_t> samples{4, 5, 6, 7};
  const auto events_by = [&](const std::vector<int>& cells, int count) {
    return SampledOutcomes(exec, {}, times, {infections.population.age_years, cells, count})
        .events(steps, 9, samples);
  };
  const std::vector<int> by_group(infections.groups.of_agent.begin(), infections.groups.of_agent.end());
  const std::vector<double> values = infections.table.sampled_values(
      infections.new_cases, events_by(by_group, infections.groups.size()), Infections::kWidth, 4);
  for (const SeriesKey& key : {kKeys[3], kKeys[4], kKeys[5]}) {
    const SeriesRows rows = infections.table.rows_of(key);
    std::vector<int> cells;
    for (std::size_t agent = 0; agent < 600; ++agent) cells.push_back(infections.part(key, agent));
    const std::vector<double> expected =
        outcome_series({{*key.quantity}, Infections::kRecords, rows.count, 4}, events_by(cells, rows.count));
    for (int lane = 0; lane < 4; ++lane) {
      for (int row = 0; row < rows.count; ++row) {
        for (int t = 0; t < Infections::kRecords; ++t)
          CHECK(infections.value(values, lane, rows.first + row, t) ==
                expected[static_cast<std::size_t>((t * rows.count + row) * 4 + lane)]);
      }
    }
  }
}

TEST_CASE("daily, weekly and cumulative points are sums of records, whatever the length of the steps") {
  for (const int step_hours : {24, 8}) {
    CAPTURE(step_hours);
    const Calendar calendar(settings_of(17, step_hours));
    std::vector<double> series(static_cast<std::size_t>(calendar.steps()) + 1, 0.0);
    std::map<int, double> of_day;
    for (int k = 0; k <= calendar.steps(); ++k) {
      const double value = 3.0 * k + 1.0;
      series[static_cast<std::size_t>(k)] = value;
      of_day[(k * step_hours + 23) / 24] += value;
    }
    const SeriesPoints daily(calendar, {{}, SeriesForm::daily, "2020-03-03", "2020-03-05"});
    REQUIRE(daily.size() == 18);
    CHECK(daily.dates()[17] == "2020-03-18");
    CHECK(daily.first_inside() == 2);
    CHECK(daily.inside() == 2);
    const SeriesPoints cumulative(calendar, {{}, SeriesForm::cumulative});
    const SeriesPoints weekly(calendar, {{}, SeriesForm::weekly, "2020-03-02", "2020-03-15"});
    REQUIRE(weekly.size() == 2);
    CHECK(weekly.dates()[1] == "2020-03-08");
    CHECK(weekly.first_inside() == 1);
    CHECK(weekly.inside() == 1);
    const SeriesPoints beds(calendar, {{Outcome::in_hospital, ""}, SeriesForm::daily});
    const SeriesPoints tenfold(calendar, {.key = {}, .form = SeriesForm::daily, .factor = 10.0});
    CHECK(tenfold.value(5, series) == doctest::Approx(10.0 * of_day[5]));
    std::vector<double> series_adj(series.size(), 0.0);
    tenfold.adjoint(5, 0.5, series_adj);
    CHECK(std::accumulate(series_adj.begin(), series_adj.end(), 0.0) == 5.0 * 24 / step_hours);
    double sum = 0.0;
    for (int day = 0; day <= 17; ++day) {
      sum += of_day[day];
      CHECK(daily.value(day, series) == of_day[day]);
      CHECK(cumulative.value(day, series) == sum);
      CHECK(beds.value(day, series) == 3.0 * (day * 24 / step_hours) + 1.0);
      if (day == 6) CHECK(weekly.value(0, series) == sum);
      if (day == 13) CHECK(weekly.value(0, series) + weekly.value(1, series) == sum);
    }
  }
}

TEST_CASE("targets that cannot be observed are refused with the reason") {
  const Calendar calendar(settings_of(17));
  const auto points = [&](SeriesTarget target) { return SeriesPoints(calendar, target); };
  CHECK_THROWS_WITH_AS(points({{Outcome::in_hospital, ""}, SeriesForm::weekly}), doctest::Contains("daily"),
                       InputError);
  CHECK_THROWS_WITH_AS(points({{}, SeriesForm::daily, "2020-13-01"}), doctest::Contains("2020-13-01"),
                       InputError);
  CHECK_THROWS_WITH_AS(points({{}, SeriesForm::daily, "2020-03-05", "2020-03-05"}),
                       doctest::Contains("after"), InputError);
  CHECK_THROWS_WITH_AS(points({{}, SeriesForm::weekly, "2020-03-02", "2020-03-08"}),
                       doctest::Contains("whole week"), InputError);
  CHECK_THROWS_WITH_AS((void)quantity_named("death"), doctest::Contains("\"deaths\""), InputError);
  OutputSettings outputs;
  outputs.series = {{std::nullopt, "borough"}};
  const Population population = parted_world(40);
  const auto model = [&](const EpidemicSettings& settings) {
    return EpidemicModel(Exec::cpu(1), population, settings, {}, {}, outputs);
  };
  CHECK_THROWS_WITH_AS(model(settings_of(3)), doctest::Contains("town"), InputError);
  outputs.series.clear();
  outputs.sampled_outcomes = true;
  EpidemicSettings waning = settings_of(3);
  waning.immunity_half_life_days = 100.0;
  CHECK_THROWS_WITH_AS(model(waning), doctest::Contains("wanes"), InputError);
}

namespace {

EpidemicModel model_with(const Exec& exec, const Population& population, Estimator estimator,
                         std::vector<SeriesTarget> targets, int days = 20) {
  GradientSettings gradient;
  gradient.estimator = estimator;
  OutputSettings outputs;
  outputs.targets = std::move(targets);
  return {exec,
          population,
          settings_of(days),
          gradient,
          {"networks.household.log10_beta", "epidemic.log10_seed_fraction"},
          outputs};
}

const std::vector<double> kDraws{0.8, -1.5, 0.5, -1.3, 0.6, -1.2};

}  // namespace

STARLING_BACKEND_CASE("a model observes the windows of its targets, one after the other") {
  const Population population = parted_world(800);
  const SeriesTarget weekly{{Outcome::admission, "sex"}, SeriesForm::weekly};
  const SeriesTarget late{{std::nullopt, ""}, SeriesForm::daily, "2020-03-10"};
  EpidemicModel model = model_with(exec, population, Estimator::common_noise_differences, {weekly, late});
  const RunNoise noise{5, 1};
  const std::vector<double> observed = model.observe(kDraws, noise);
  const std::vector<double> series = model.series(kDraws, noise);
  const std::size_t outputs = 2 * 3 + 12;
  REQUIRE(model.outputs() == outputs);
  REQUIRE(series.size() == 3 * 3 * 21);
  for (std::size_t run = 0; run < 3; ++run) {
    for (std::size_t sex = 0; sex < 2; ++sex) {
      for (std::size_t week = 0; week < 3; ++week) {
        double sum = 0.0;
        for (std::size_t day = 7 * week; day < 7 * week + 7; ++day) sum += series[(run * 3 + sex) * 21 + day];
        CHECK(observed[run * outputs + sex * 3 + week] == doctest::Approx(sum).epsilon(1e-12));
      }
    }
    for (std::size_t day = 9; day < 21; ++day)
      CHECK(observed[run * outputs + 6 + day - 9] == series[(run * 3 + 2) * 21 + day]);
  }
}

STARLING_BACKEND_CASE(
    "the reverse sweep of cumulative targets is that of the default observation, rescaled") {
  const Population population = parted_world(800);
  const RunNoise noise{5, 2};
  EpidemicModel linear = model_with(exec, population, Estimator::straight_through,
                                    {{{std::nullopt, "age"}, SeriesForm::cumulative}});
  EpidemicModel logarithmic = model_with(exec, population, Estimator::straight_through, {});
  Tape<double> tape(Exec::cpu(1));
  const Var<double> theta = tape.variable({3, 2}, kDraws);
  const Var<double> counts = linear.observe(tape, theta, noise);
  const std::vector<double> weights = test::spread(counts.size(), 8);
  const std::vector<double> values = counts.value();
  tape.backward(counts, weights);
  Tape<double> other(Exec::cpu(1));
  const Var<double> same = other.variable({3, 2}, kDraws);
  const Var<double> logarithms = logarithmic.observe(other, same, noise);
  std::vector<double> rescaled;
  for (std::size_t i = 0; i < values.size(); ++i) {
    CHECK(logarithms.value()[i] == doctest::Approx(std::log10(1.0 + values[i])).epsilon(1e-12));
    rescaled.push_back(weights[i] * std::numbers::ln10 * (1.0 + values[i]));
  }
  other.backward(logarithms, rescaled);
  for (std::size_t d = 0; d < kDraws.size(); ++d)
    CHECK(theta.adjoint()[d] == doctest::Approx(same.adjoint()[d]).epsilon(1e-5));
}

TEST_CASE("sampled deaths of a model scatter about the expected ones") {
  const Population population = parted_world(4000);
  EpidemicSettings settings = settings_of(60);
  settings.log10_seed_fraction = -0.5;
  settings.disease.severe = {0.5};
  OutputSettings outputs;
  outputs.series = {{Outcome::death, "sex"}};
  EpidemicModel expected(Exec::cpu(2), population, settings, {}, {}, outputs);
  outputs.sampled_outcomes = true;
  EpidemicModel sampled(Exec::cpu(2), population, settings, {}, {}, outputs);
  const std::vector<double> mean = expected.series({}, {3, 8});
  const std::vector<double> drawn = sampled.series({}, {3, 8});
  const double total = std::accumulate(mean.begin(), mean.end(), 0.0);
  const double drawn_total = std::accumulate(drawn.begin(), drawn.end(), 0.0);
  CHECK(total > 500.0);
  CHECK(std::abs(drawn_total - total) < 4.0 * std::sqrt(total));
  for (const double value : drawn) CHECK(value == std::round(value));
}

TEST_SUITE_END();
