#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <starling/abm/disease_settings.hpp>
#include <starling/core/error.hpp>

#include "../support/golden.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;

double probability_of(const EventProbabilities& events, DiseaseEvent event) {
  return events[static_cast<std::size_t>(event)];
}

void check_delay(const LogNormalDelay& delay, const nlohmann::json& golden) {
  CHECK(delay.log_mean() == doctest::Approx(golden[0].get<double>()).epsilon(1e-12));
  CHECK(delay.log_sd() == doctest::Approx(golden[1].get<double>()).epsilon(1e-12));
}

}  // namespace

TEST_CASE("an age table holds each band's value from its lower age up to its upper age, and 0 elsewhere") {
  const AgeTable table =
      expand_age_bands(std::vector<AgeBandValue>{parse_age_band("5-20", 0.2), parse_age_band("25-40", 0.7)});
  for (int age = 0; age < kTableAges; ++age) {
    const double expected = age >= 5 && age < 20 ? 0.2 : age >= 25 && age < 40 ? 0.7 : 0.0;
    CHECK(table[static_cast<std::size_t>(age)] == expected);
  }
}

TEST_CASE("an age band that is no band, lies outside the table or overlaps another is refused") {
  for (const char* text : {"", "5", "5-", "-5", "20-5", "5-5", "5-2x", "a-b"})
    CHECK_THROWS_WITH_AS((void)parse_age_band(text, 1.0), doctest::Contains("two increasing whole years"),
                         InputError);
  CHECK_THROWS_WITH_AS((void)expand_age_bands(std::vector<AgeBandValue>{{0, 10, 1.0}, {9, 20, 1.0}}),
                       doctest::Contains("9-20 covers age 9 again"), InputError);
  CHECK_THROWS_AS((void)expand_age_bands(std::vector<AgeBandValue>{{0, 101, 1.0}}), InputError);
}

TEST_CASE("the published disease has the published program's tables and delays") {
  const nlohmann::json golden = test::golden_json("june_disease_tables.json");
  const DiseaseSettings published = published_disease();
  const DiseaseProbabilities table = disease_probabilities(published);
  for (std::size_t stage = 0; stage < kDiseaseStages; ++stage) {
    double expected = 0.0;
    std::size_t run = 0;
    const auto& runs = golden["progress_probability"][stage];
    for (std::size_t age = 0; age < kTableAges; ++age) {
      if (run < runs.size() && runs[run][0] == age) expected = runs[run++][1];
      CHECK(table[stage][age] == doctest::Approx(expected).epsilon(1e-12));
    }
    CHECK(run == runs.size());
  }
  const auto& progress = golden["delays"]["progress"];
  const auto& recovery = golden["delays"]["recovery"];
  check_delay(published.latent, progress["exposed"]);
  check_delay(published.presymptomatic, progress["infectious"]);
  check_delay(published.onset_to_admission, progress["symptomatic"]);
  check_delay(published.admission_to_intensive_care, progress["severe"]);
  check_delay(published.intensive_care_to_death, progress["critical"]);
  check_delay(published.asymptomatic_recovery, recovery["infectious"]);
  check_delay(published.symptomatic_recovery, recovery["symptomatic"]);
  check_delay(published.severe_recovery, recovery["severe"]);
  check_delay(published.critical_recovery, recovery["critical"]);
}

TEST_CASE("the default probabilities per infection are Covasim's at every age") {
  const nlohmann::json golden = test::golden_json("june_disease_tables.json");
  const DiseaseProbabilities covasim = disease_probabilities(published_disease());
  const auto row = [&](DiseaseStage stage) { return covasim[static_cast<std::size_t>(stage)]; };
  const DiseaseSettings settings;
  for (int age = 0; age < kTableAges; ++age) {
    const auto a = static_cast<std::size_t>(age);
    const EventProbabilities events = event_probabilities(settings, disease_age_class(settings, age));
    const auto check = [&](DiseaseEvent event, DiseaseStage before) {
      CHECK(probability_of(events, event) == doctest::Approx(row(before)[a]).epsilon(1e-4));
    };
    check(DiseaseEvent::symptom_onset, DiseaseStage::infectious);
    check(DiseaseEvent::admission, DiseaseStage::symptomatic);
    check(DiseaseEvent::intensive_care, DiseaseStage::severe);
    check(DiseaseEvent::death, DiseaseStage::critical);
  }
}

TEST_CASE("a person over the last band's edge and over the table's end belongs to the last band") {
  const DiseaseSettings settings;
  CHECK(disease_age_class(settings, 0) == 0);
  CHECK(disease_age_class(settings, 9) == 0);
  CHECK(disease_age_class(settings, 10) == 1);
  CHECK(disease_age_class(settings, 90) == 9);
  CHECK(disease_age_class(settings, 120) == 9);
}

TEST_CASE("groups must respect the ages at which a probability changes, and no others") {
  DiseaseSettings settings;
  CHECK(disease_age_edges(settings) == settings.age_bands);
  settings.critical = {0.3};
  settings.fatal = {0.2};
  CHECK(disease_age_edges(settings) == std::vector<int>{0, 10, 20, 30, 40, 50, 60, 70, 80});
  settings.symptomatic = settings.severe = {0.1};
  CHECK(disease_age_edges(settings) == std::vector<int>{0});
}

TEST_CASE("a log-normal delay of mean 4.5 and standard deviation 1.5 comes back from its logarithm") {
  const LogNormalDelay delay{4.5, 1.5};
  const LogNormalDelay back = LogNormalDelay::from_logarithm(delay.log_mean(), delay.log_sd());
  CHECK(back.mean_days == doctest::Approx(4.5).epsilon(1e-13));
  CHECK(back.sd_days == doctest::Approx(1.5).epsilon(1e-13));
  CHECK(LogNormalDelay{3.0, 0.0}.log_sd() == 0.0);
  CHECK(LogNormalDelay{3.0, 0.0}.log_mean() == doctest::Approx(std::log(3.0)).epsilon(1e-14));
}

TEST_CASE("a lane's severity scales its conditional probabilities, which stop at 1") {
  DiseaseSettings settings;
  settings.symptomatic = {0.5};
  settings.severe = {0.4};
  settings.critical = {0.3};
  settings.fatal = {0.6};
  const DiseaseSeverity severity{0.0, std::log(0.5), std::log(2.0), std::log(10.0)};
  const EventProbabilities events = event_probabilities(settings, 3, severity);
  CHECK(probability_of(events, DiseaseEvent::symptom_onset) == doctest::Approx(0.5));
  CHECK(probability_of(events, DiseaseEvent::admission) == doctest::Approx(0.5 * 0.2));
  CHECK(probability_of(events, DiseaseEvent::intensive_care) == doctest::Approx(0.5 * 0.2 * 0.6));
  CHECK(probability_of(events, DiseaseEvent::death) == doctest::Approx(0.5 * 0.2 * 0.6));
  CHECK(probability_of(events, DiseaseEvent::recovery_from_critical) == 0.0);
  CHECK_THROWS_WITH_AS((void)event_probabilities(settings, 0, {std::nan(""), 0.0, 0.0, 0.0}),
                       doctest::Contains("log_symptomatic = nan"), InputError);
}

TEST_CASE("disease settings that cannot be are refused by name") {
  const auto message = [](auto change) {
    DiseaseSettings settings;
    change(settings);
    try {
      check_disease(settings);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(message([](auto&) {}) == "");
  CHECK(message([](auto& d) { d.severe = {0.3}; }) == "");
  CHECK(message([](auto& d) {
          d.age_bands = {0, 50};
        }).find("symptomatic has 10 values") != std::string::npos);
  CHECK(message([](auto& d) { d.age_bands = {}; }).find("age_bands is empty") != std::string::npos);
  CHECK(message([](auto& d) { d.age_bands[0] = 5; }).find("age_bands[0] = 5") != std::string::npos);
  CHECK(message([](auto& d) { d.age_bands[4] = 30; }).find("age_bands[4] = 30") != std::string::npos);
  CHECK(message([](auto& d) { d.fatal[2] = 1.5; }).find("fatal[2] = 1.5") != std::string::npos);
  CHECK(message([](auto& d) { d.critical[1] = std::nan(""); }).find("critical[1] = nan") !=
        std::string::npos);
  CHECK(message([](auto& d) { d.latent.mean_days = 0.0; }).find("latent_mean_days = 0") != std::string::npos);
  CHECK(message([](auto& d) { d.severe_recovery.sd_days = -1.0; }).find("severe_recovery_sd_days = -1") !=
        std::string::npos);
}

TEST_SUITE_END();
