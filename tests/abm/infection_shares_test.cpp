// Where infections happen, against sums over pairs of people in double.
#include <cmath>
#include <memory>
#include <numeric>

#include <doctest/doctest.h>

#include <starling/abm/sampled_epidemic.hpp>
#include <starling/core/error.hpp>
#include <starling/core/random.hpp>

#include "../support/backends.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using starling::AttendanceTable;
using starling::Attribution;
using starling::DayType;
using starling::Exec;
using starling::kNeverInfected;
using starling::NetworkSettings;
using starling::Population;
using starling::SampledEpidemic;
using starling::Schedule;
using starling::Trajectory;
using starling::World;

constexpr std::size_t kAgents = 360;
constexpr std::size_t kLanes = 4;
constexpr std::size_t kNetworks = 4;
constexpr int kDays = 20;
constexpr double kCompliance = 0.6;
constexpr double kImportedMen = 30.0;
const std::string kImportDate = "2020-03-05";

double number(std::size_t i, std::uint32_t stream) {
  return starling::uniform_double(
      starling::random_word(57, static_cast<std::uint32_t>(i), stream, 0, starling::Draw::test));
}

// Households of three, catchments of ninety, companies of 45 strewn over them.
Population small_world() {
  std::vector<std::uint8_t> ages;
  std::vector<std::int32_t> sex;
  std::vector<std::vector<int>> households(kAgents / 3), catchments(kAgents / 90), companies(8);
  for (std::size_t i = 0; i < kAgents; ++i) {
    ages.push_back(static_cast<std::uint8_t>(90.0 * number(i, 1)));
    sex.push_back(number(i, 2) < 0.5 ? 0 : 1);
    households[i / 3].push_back(static_cast<int>(i));
    catchments[i / 90].push_back(static_cast<int>(i));
    companies[i % 8].push_back(static_cast<int>(i));
  }
  return starling::make_population(
      "small", ages, {"leisure", "household", "company"},
      {starling::test::csr_from_lists(catchments), starling::test::csr_from_lists(households),
       starling::test::csr_from_lists(companies)},
      {{"sex", {"male", "female"}, sex}});
}

AttendanceTable attendance(std::uint32_t stream) {
  AttendanceTable table(0.0);
  for (const DayType day : {DayType::weekday, DayType::weekend})
    for (int sex = 0; sex < 2; ++sex)
      for (int age = 0; age < 100; ++age)
        table.at(day, sex, age) =
            number(static_cast<std::size_t>(age / 15 + 20 * sex + 50 * static_cast<int>(day)), stream);
  return table;
}

// An epidemic of four networks, two of which share catchments, with quarantine of households and imports.
struct Setting {
  Population population = small_world();
  starling::EpidemicSettings settings;
  starling::InfectiousnessProfiles profiles = starling::draw_profiles(kAgents, settings.profile);
  std::shared_ptr<const Schedule> schedule;
  starling::CaseGroups groups;
  starling::SampledRules rules;

  explicit Setting(const Exec& exec) {
    settings.days = kDays;
    settings.log10_seed_fraction = -1.3;
    settings.networks = {
        {.name = "pub", .log10_beta = 0.9, .venues = "leisure", .attendance = attendance(3)},
        {.name = "household", .log10_beta = 0.1, .at_home = true},
        {.name = "visit", .log10_beta = 0.6, .venues = "leisure", .attendance = attendance(4)},
        {.name = "company", .log10_beta = 0.2, .weekends = false}};
    settings.networks[2].youngest_receiver_years = 30;
    settings.networks[2].weekdays = true;
    settings.policies.quarantine = {{.name = "households",
                                     .dates = {"2020-03-07", "2020-04-20"},
                                     .stage = starling::QuarantineStage::symptomatic,
                                     .compliance = kCompliance,
                                     .household = true}};
    // Everyone has symptoms 5.5 days after infection and recovers after 13.5.
    settings.disease.symptomatic.assign(settings.disease.symptomatic.size(), 1.0);
    settings.disease.severe.assign(settings.disease.severe.size(), 0.0);
    settings.disease.latent = {2.5, 0.0};
    settings.disease.presymptomatic = {3.0, 0.0};
    settings.disease.symptomatic_recovery = {8.0, 0.0};
    settings.seeding.imports_by = "sex";
    settings.seeding.imports = {{kImportDate, "male", kImportedMen}};
    schedule = std::make_shared<Schedule>(settings);
    groups = starling::make_case_groups(population, {0, 18, 65, 100}, {"sex"});
    rules.disease = settings.disease;
    rules.importation = std::make_shared<starling::Importation>(exec, population, groups,
                                                                schedule->calendar(), settings.seeding);
  }

  [[nodiscard]] SampledEpidemic epidemic(const Exec& exec) const {
    return {std::make_shared<World<float>>(exec, population, settings.networks, profiles, groups), schedule,
            static_cast<int>(kLanes), rules};
  }

  [[nodiscard]] Trajectory run(SampledEpidemic& epidemic, Attribution attribution) const {
    return epidemic.run(schedule->configured(kLanes), {9, {0, 1, 2, 3}}, attribution);
  }
};

// One lane of a run that has happened, pair by pair.
struct Lane {
  const Setting& setting;
  std::vector<int> infected;  // [agents] infection step

  [[nodiscard]] double given(std::size_t j, int step) const {
    if (infected[j] == kNeverInfected || infected[j] >= step) return 0.0;
    const double d = step - infected[j] - setting.profiles.shift_days[j];
    if (!(d > 0.0)) return 0.0;
    return std::exp(setting.profiles.log_scale[j]) * std::pow(d, setting.profiles.shape_minus_one[j]) *
           std::exp(-setting.profiles.rate_per_day[j] * d);
  }

  [[nodiscard]] double kept(std::size_t i, int step) const {
    if (setting.schedule->calendar().record(step).date < "2020-03-07") return 1.0;
    for (std::size_t j = i / 3 * 3; j < i / 3 * 3 + 3; ++j) {
      const double days = step - infected[j];
      if (infected[j] != kNeverInfected && infected[j] < step && days >= 5.5 && days < 13.5)
        return 1.0 - kCompliance;
    }
    return 1.0;
  }

  [[nodiscard]] double probability(std::size_t n, std::size_t i, DayType day) const {
    const NetworkSettings& network = setting.settings.networks[n];
    if (!network.attendance) return 1.0;
    return network.attendance->at(day, setting.population.attribute("sex").codes[i],
                                  setting.population.age_years[i]);
  }

  static bool meet(std::size_t n, std::size_t i, std::size_t j) {
    if (n == 1) return i / 3 == j / 3;
    return n == 3 ? i % 8 == j % 8 : i / 90 == j / 90;
  }

  // Exposure of i by network, then by imports.
  [[nodiscard]] std::vector<double> exposure(std::size_t i, int step) const {
    const starling::Step& record = setting.schedule->calendar().record(step);
    std::vector<double> parts(kNetworks + 1, 0.0);
    for (std::size_t n = 0; n < kNetworks; ++n) {
      const NetworkSettings& network = setting.settings.networks[n];
      if (!setting.schedule->meetings(step).active[n]) continue;
      if (setting.population.age_years[i] < network.youngest_receiver_years) continue;
      double people = 0.0;
      double sum = 0.0;
      for (std::size_t j = 0; j < kAgents; ++j) {
        if (!meet(n, i, j)) continue;
        people += probability(n, j, record.day_type);
        sum += probability(n, j, record.day_type) * given(j, step) * (network.at_home ? 1.0 : kept(j, step));
      }
      parts[n] = std::pow(10.0, network.log10_beta) * std::min(1.0, 1.0 / (people - 1.0)) * sum *
                 probability(n, i, record.day_type) * (network.at_home ? 1.0 : kept(i, step));
    }
    const auto& sex = setting.population.attribute("sex").codes;
    if (record.date == kImportDate && sex[i] == 0)
      parts[kNetworks] =
          -std::log1p(-kImportedMen / static_cast<double>(std::count(sex.begin(), sex.end(), 0)));
    return parts;
  }
};

}  // namespace

STARLING_BACKEND_CASE("infections are shared out among networks and imports as their exposures are") {
  const Setting setting(exec);
  SampledEpidemic epidemic = setting.epidemic(exec);
  const Trajectory trajectory = setting.run(epidemic, Attribution::by_network);
  const auto infected = trajectory.infection_step.download();
  const std::vector<double> cases = epidemic.network_cases(trajectory);
  REQUIRE(cases.size() == (kDays + 1) * (kNetworks + 1) * kLanes);
  std::vector<double> totals(kNetworks + 1, 0.0);
  int in_quarantine = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    Lane own{setting, {}};
    for (std::size_t i = 0; i < kAgents; ++i) own.infected.push_back(infected[i * kLanes + lane]);
    for (int step = 0; step <= kDays; ++step) {
      std::vector<double> expected(kNetworks + 1, 0.0);
      double infections = 0.0;
      for (std::size_t i = 0; step > 0 && i < kAgents; ++i) {
        if (own.infected[i] != step) continue;
        const std::vector<double> parts = own.exposure(i, step);
        const double total = std::accumulate(parts.begin(), parts.end(), 0.0);
        for (std::size_t n = 0; n <= kNetworks; ++n) expected[n] += parts[n] / total;
        infections += 1.0;
        in_quarantine += own.kept(i, step) < 1.0 ? 1 : 0;
      }
      double sum = 0.0;
      for (std::size_t n = 0; n <= kNetworks; ++n) {
        CAPTURE(step);
        CAPTURE(n);
        const double found = cases[(static_cast<std::size_t>(step) * (kNetworks + 1) + n) * kLanes + lane];
        CHECK(std::abs(found - expected[n]) <= 2e-5 * (infections + 1.0));
        totals[n] += found;
        sum += found;
      }
      CHECK(sum == infections);
    }
  }
  CHECK(in_quarantine > 20);
  for (const double total : totals) CHECK(total > 20.0);
}

STARLING_BACKEND_CASE(
    "where infections happen is the same to the bit with one thread, three and any device") {
  const auto cases_on = [](const Exec& own) {
    const Setting setting(own);
    SampledEpidemic epidemic = setting.epidemic(own);
    return epidemic.network_cases(setting.run(epidemic, Attribution::by_network));
  };
  const std::vector<double> one = cases_on(Exec::cpu(1));
  CHECK(one == cases_on(Exec::cpu(3)));
  CHECK(one == cases_on(exec));
}

TEST_CASE("asking where infections happen changes none, and who did not ask is told so") {
  const Exec exec = Exec::cpu(1);
  const Setting setting(exec);
  SampledEpidemic epidemic = setting.epidemic(exec);
  const Trajectory plain = setting.run(epidemic, Attribution::none);
  const Trajectory attributed = setting.run(epidemic, Attribution::by_network);
  CHECK(plain.infection_step.download() == attributed.infection_step.download());
  CHECK(plain.network_cases.size() == 0);
  CHECK_THROWS_WITH_AS((void)epidemic.network_cases(plain), doctest::Contains("did not attribute"),
                       starling::InputError);
}

TEST_CASE("where immunity wanes, later infections are shared out too") {
  const Exec exec = Exec::cpu(2);
  Setting setting(exec);
  setting.rules.waning_per_day = 1.0;
  SampledEpidemic epidemic = setting.epidemic(exec);
  const Trajectory trajectory = setting.run(epidemic, Attribution::by_network);
  const std::vector<double> cases = epidemic.network_cases(trajectory);
  const std::vector<std::int64_t> counted = epidemic.new_cases(trajectory);
  const auto groups = static_cast<std::size_t>(epidemic.world().groups());
  double most = 0.0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    double total = 0.0;
    for (std::size_t step = 1; step <= kDays; ++step) {
      double found = 0.0;
      double expected = 0.0;
      for (std::size_t n = 0; n <= kNetworks; ++n)
        found += cases[(step * (kNetworks + 1) + n) * kLanes + lane];
      for (std::size_t g = 0; g < groups; ++g)
        expected += static_cast<double>(counted[(step * groups + g) * kLanes + lane]);
      CHECK(found == expected);
      total += found;
    }
    most = std::max(most, total);
  }
  CHECK(most > static_cast<double>(kAgents));
}

TEST_SUITE_END();
