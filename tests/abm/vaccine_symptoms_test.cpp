#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include <doctest/doctest.h>

#include <starling/abm/epidemic_model.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/statistics.hpp"
#include "../support/values.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;

constexpr int kDays = 40;

VaccinationPolicy vaccine(const std::string& name, const PolicyDates& dates, double efficacy_symptoms) {
  return {.name = name, .dates = dates, .coverage = 1.0, .efficacy_symptoms = efficacy_symptoms};
}

// Everybody is vaccinated when the run starts.
VaccinationPolicy vaccine_for_all(double efficacy_symptoms) {
  return vaccine("jab", {"2020-02-01", "2020-03-01"}, efficacy_symptoms);
}

// Two vaccines that reach the young and the old in the course of the run, one of which also prevents
// infections.
std::vector<VaccinationPolicy> two_vaccines() {
  VaccinationPolicy old = vaccine("old", {"2020-03-02", "2020-03-12"}, 0.9);
  old.age_from = 50;
  VaccinationPolicy young = vaccine("young", {"2020-02-20", "2020-03-20"}, 0.5);
  young.age_to = 50;
  young.coverage = 0.7;
  young.efficacy_infection = 0.4;
  return {old, young};
}

EpidemicSettings settings_of(std::vector<VaccinationPolicy> vaccination, int days = kDays) {
  EpidemicSettings settings = test::reference_epidemic(days);
  settings.log10_seed_fraction = -1.5;
  settings.disease.severe = {0.5};
  settings.policies.vaccination = std::move(vaccination);
  return settings;
}

OutputSettings outputs_of(bool sampled) {
  OutputSettings outputs;
  outputs.series = {{std::nullopt, "age"}, {std::nullopt, ""}};
  for (int k = 0; k < kOutcomes; ++k) outputs.series.push_back({static_cast<Outcome>(k), ""});
  outputs.sampled_outcomes = sampled;
  return outputs;
}

// Series [replicates][rows][records] of a run; the first four rows are cases.
std::vector<double> series_of(const Exec& exec, const Population& population,
                              const EpidemicSettings& settings, bool sampled, int replicates = 2) {
  EpidemicModel model(exec, population, settings, {}, {}, outputs_of(sampled));
  return model.series({}, {11, replicates});
}

constexpr std::size_t kRecords = kDays + 1;
constexpr std::size_t kCaseRows = 4;
constexpr std::size_t kRows = kCaseRows + kOutcomes;

bool is_cases(std::size_t place) {
  return place / kRecords % kRows < kCaseRows;
}

double total_of(const std::vector<double>& series, std::size_t run, Outcome outcome) {
  const auto row =
      series.begin() +
      static_cast<std::ptrdiff_t>((run * kRows + kCaseRows + static_cast<std::size_t>(outcome)) * kRecords);
  return std::accumulate(row, row + static_cast<std::ptrdiff_t>(kRecords), 0.0);
}

}  // namespace

STARLING_BACKEND_CASE("a vaccine that prevents all symptoms changes no infection, and nobody falls ill") {
  const Population population = test::mixed_world(2000);
  for (const bool sampled : {false, true}) {
    const auto without = series_of(exec, population, settings_of({}), sampled);
    const auto with = series_of(exec, population, settings_of({vaccine_for_all(1.0)}), sampled);
    REQUIRE(with.size() == 2 * kRows * kRecords);
    for (std::size_t i = 0; i < with.size(); ++i) CHECK(with[i] == (is_cases(i) ? without[i] : 0.0));
    CHECK(total_of(without, 0, Outcome::death) > 1.0);
  }
}

STARLING_BACKEND_CASE("where all are vaccinated, expected outcomes are the share that the vaccine leaves") {
  const Population population = test::mixed_world(2000);
  const auto without = series_of(exec, population, settings_of({}), false);
  const auto with = series_of(exec, population, settings_of({vaccine_for_all(0.4)}), false);
  double worst = 0.0;
  for (std::size_t i = 0; i < with.size(); ++i) {
    const double expected = is_cases(i) ? without[i] : 0.6 * without[i];
    worst = std::max(worst, std::abs(with[i] - expected) / std::max(1.0, expected));
  }
  CHECK(worst < 1e-12);
  CHECK(total_of(with, 0, Outcome::death) > 1.0);
}

STARLING_BACKEND_CASE("drawn outcomes of the partly vaccinated scatter about the expected ones") {
  const Population population = test::mixed_world(3000);
  constexpr int kRuns = 32;
  const auto expected = series_of(exec, population, settings_of(two_vaccines()), false, kRuns);
  const auto drawn = series_of(exec, population, settings_of(two_vaccines()), true, kRuns);
  auto powerless = two_vaccines();
  for (VaccinationPolicy& policy : powerless) policy.efficacy_symptoms = policy.name == "old" ? 1e-9 : 0.0;
  const auto untouched = series_of(exec, population, settings_of(powerless), false, kRuns);
  for (const Outcome outcome : {Outcome::symptom_onset, Outcome::admission, Outcome::death}) {
    std::vector<double> difference;
    double prevented = 0.0;
    for (std::size_t run = 0; run < kRuns; ++run) {
      difference.push_back(total_of(drawn, run, outcome) - total_of(expected, run, outcome));
      prevented += (total_of(untouched, run, outcome) - total_of(expected, run, outcome)) / kRuns;
    }
    const test::Estimate estimate = test::estimate(difference);
    CHECK(std::abs(estimate.mean) < 4.0 * estimate.error);
    CHECK(prevented > 10.0 * estimate.error);
  }
  for (std::size_t i = 0; i < drawn.size(); ++i)
    if (is_cases(i)) CHECK(drawn[i] == untouched[i]);
}

namespace {

constexpr int kSteps = 20;

// The same epidemic twice: once with infections counted apart by vaccination status, once with a group of its
// own for those vaccinated by each policy on each step, from which the statuses follow.
struct TwoCounts {
  static constexpr int kLanes = 4;
  static constexpr std::size_t kVaccines = 2;
  Population population = test::mixed_world(900);
  EpidemicSettings settings = settings_of(two_vaccines(), kSteps);
  std::shared_ptr<const Schedule> schedule;
  SampledRules rules;
  std::size_t base = 0;  // groups of one status

  explicit TwoCounts(const Exec& exec) : schedule(std::make_shared<Schedule>(settings)) {
    rules.vaccination =
        std::make_shared<Vaccination>(exec, population, schedule->policies(), schedule->calendar(), 3);
    rules.vaccination_eases_symptoms = true;
    std::vector<std::int16_t> step(900);
    std::vector<std::uint8_t> policy(900);
    exec.copy_to_host(step.data(), rules.vaccination->step(), 900 * 2);
    exec.copy_to_host(policy.data(), rules.vaccination->policy(), 900);
    Attribute when{"vaccinated", {}, {}};
    for (std::size_t k = 0; k < kVaccines * (kSteps + 2); ++k) when.categories.push_back(std::to_string(k));
    for (std::size_t i = 0; i < 900; ++i)
      when.codes.push_back(policy[i] * (kSteps + 2) + std::min<int>(step[i], kSteps + 1));
    population.attributes = {when};
  }

  SampledEpidemic epidemic(const Exec& exec, bool by_status) {
    const CaseGroups groups =
        make_case_groups(population, settings.age_bin_edges,
                         by_status ? std::vector<std::string>{} : std::vector<std::string>{"vaccinated"});
    if (by_status) base = static_cast<std::size_t>(groups.size());
    auto world = std::make_shared<World<float>>(exec, population, settings.networks,
                                                draw_profiles(900, settings.profile), groups);
    SampledRules own = rules;
    own.vaccination_eases_symptoms = by_status;
    return {std::move(world), schedule, kLanes, own};
  }

  [[nodiscard]] LaneParameters parameters(bool by_status) const {
    LaneParameters result = schedule->configured(kLanes);
    for (int lane = 0; lane < kLanes; ++lane) {
      result.beta(0, lane) += 0.1 * lane;
      for (const auto& placed : schedule->policies().vaccinations())
        if (!by_status) result.policy(placed.first_value + kEfficacySymptoms, lane) = 0.0;
    }
    return result;
  }

  // Where a count of the finer groups [records][groups][lanes] stands among those by status.
  [[nodiscard]] std::size_t place(std::size_t fine) const {
    const std::size_t lane = fine % kLanes;
    const std::size_t categories = kVaccines * (kSteps + 2);
    const std::size_t group = fine / kLanes % base;
    const std::size_t code = fine / kLanes / base % categories;
    const std::size_t step = fine / kLanes / base / categories;
    const std::size_t status = code % (kSteps + 2) <= step ? 1 + code / (kSteps + 2) : 0;
    return ((step * (1 + kVaccines) + status) * base + group) * kLanes + lane;
  }
};

}  // namespace

STARLING_BACKEND_CASE("cases by vaccination status are those of everybody's own vaccination date, summed") {
  for (const double waning_per_day : {0.0, 0.2}) {
    TwoCounts setting(exec);
    setting.rules.waning_per_day = waning_per_day;
    SampledEpidemic by_status = setting.epidemic(exec, true);
    SampledEpidemic by_date = setting.epidemic(exec, false);
    const LaneNoise noise{5, {0, 1, 2, 3}};
    const auto counts = by_status.new_cases(by_status.run(setting.parameters(true), noise));
    const auto fine = by_date.new_cases(by_date.run(setting.parameters(false), noise));
    std::vector<std::int64_t> summed(counts.size(), 0);
    for (std::size_t i = 0; i < fine.size(); ++i) summed[setting.place(i)] += fine[i];
    CHECK(counts == summed);
    for (std::size_t status = 0; status < 3; ++status) {
      std::int64_t cases = 0;
      for (std::size_t i = 0; i < counts.size(); ++i)
        if (i / (setting.base * TwoCounts::kLanes) % 3 == status) cases += counts[i];
      CHECK(cases > 100);
    }
  }
}

STARLING_BACKEND_CASE("the reverse sweep reads the adjoint of the status at the step of infection") {
  TwoCounts setting(exec);
  SampledEpidemic by_status = setting.epidemic(exec, true);
  SampledEpidemic by_date = setting.epidemic(exec, false);
  const LaneNoise noise{5, {0, 1, 2, 3}};
  const Trajectory trajectory = by_status.run(setting.parameters(true), noise);
  const Trajectory same = by_date.run(setting.parameters(false), noise);
  const auto case_adj = test::spread(static_cast<std::int64_t>(by_status.new_cases(trajectory).size()), 6);
  std::vector<double> fine_adj(by_date.new_cases(same).size());
  for (std::size_t i = 0; i < fine_adj.size(); ++i) fine_adj[i] = case_adj[setting.place(i)];
  for (const InfectionSlope kind :
       {InfectionSlope::straight_through, InfectionSlope::straight_through_undepleted,
        InfectionSlope::straight_through_anchored, InfectionSlope::smoothed_one_sided,
        InfectionSlope::smoothed_two_sided, InfectionSlope::gumbel_softmax}) {
    const SampledSlope slope{.kind = kind, .noise = {}};
    const LaneParameters gradient = by_status.adjoint(trajectory, case_adj, slope);
    const LaneParameters expected = by_date.adjoint(same, fine_adj, slope);
    CHECK(gradient.log10_beta == expected.log10_beta);
    CHECK(gradient.log10_seed_fraction == expected.log10_seed_fraction);
    CHECK(std::abs(gradient.beta(0, 0)) > 1e-3);
    // Efficacies get no derivative.
    CHECK(std::ranges::count(gradient.policy_values, 0.0) ==
          static_cast<std::ptrdiff_t>(gradient.policy_values.size()));
  }
}

TEST_CASE("rules that do not tell the vaccinated apart refuse an efficacy against symptoms") {
  TwoCounts setting(Exec::cpu(1));
  SampledEpidemic epidemic = setting.epidemic(Exec::cpu(1), false);
  CHECK_THROWS_WITH_AS((void)epidemic.run(setting.parameters(true), {5, {0, 1, 2, 3}}),
                       doctest::Contains("efficacy against symptoms"), InputError);
}

TEST_CASE("differences by the efficacy against symptoms are minus the deaths without it") {
  const Population population = test::mixed_world(2000);
  OutputSettings outputs;
  outputs.targets = {{{Outcome::death, ""}, SeriesForm::cumulative}};
  GradientSettings gradient;
  gradient.estimator = Estimator::common_noise_differences;
  EpidemicModel model(Exec::cpu(2), population, settings_of({vaccine_for_all(0.0)}), gradient,
                      {"policies.jab.efficacy_symptoms"}, outputs);
  CHECK(model.configured() == std::vector<double>{0.0});
  const RunNoise noise{11, 1};
  const std::vector<double> deaths = model.observe(std::vector<double>{0.0}, noise);
  Tape<double> tape(Exec::cpu(1));
  const Var<double> theta = tape.variable({2, 1}, std::vector<double>{0.3, 0.6});
  const Var<double> observed = model.observe(tape, theta, {11, 1});
  CHECK(observed.value()[deaths.size() - 1] == doctest::Approx(0.7 * deaths.back()).epsilon(1e-12));
  std::vector<double> last(2 * deaths.size(), 0.0);
  last[deaths.size() - 1] = 1.0;
  tape.backward(observed, last);
  CHECK(theta.adjoint()[0] == doctest::Approx(-deaths.back()).epsilon(1e-9));
  CHECK(theta.adjoint()[1] == 0.0);
  CHECK(deaths.back() > 1.0);
}

TEST_CASE("a vaccine whose efficacies are 0 can never act, unless one of them is calibrated") {
  const Population population = test::mixed_world(100);
  const EpidemicSettings settings = settings_of({vaccine_for_all(0.0)}, 5);
  const auto model = [&](const std::vector<std::string>& parameters) {
    return EpidemicModel(Exec::cpu(1), population, settings, {}, parameters);
  };
  CHECK_THROWS_WITH_AS(model({}), doctest::Contains("policies.jab: can never act: efficacy_infection"),
                       InputError);
  CHECK_THROWS_AS(model({"networks.household.log10_beta"}), InputError);
  CHECK_NOTHROW(model({"policies.jab.efficacy_symptoms"}));
  CHECK_NOTHROW(model({"policies.jab.efficacy_infection"}));
  EpidemicSettings wrong = settings;
  wrong.policies.vaccination[0].efficacy_symptoms = 1.5;
  CHECK_THROWS_WITH_AS(Schedule{wrong}, doctest::Contains("policies.jab.efficacy_symptoms: value = 1.5"),
                       InputError);
}

TEST_SUITE_END();
