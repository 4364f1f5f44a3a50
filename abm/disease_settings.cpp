#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <starling/abm/disease_settings.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

constexpr std::string_view kPlace = "disease";

/// A list with one value holds for all bands.
double value_of_class(const std::vector<double>& values, int age_class) {
  return values[values.size() == 1 ? 0 : static_cast<std::size_t>(age_class)];
}

void check_bands(const std::vector<int>& bands) {
  for (std::size_t k = 0; k < bands.size(); ++k) {
    const bool holds = k == 0 ? bands[k] == 0 : bands[k] > bands[k - 1] && bands[k] < kTableAges;
    if (!holds)
      throw InputError(fmt::format("disease: age_bands[{}] = {}, expected 0 and then ascending ages below {}",
                                   k, bands[k], kTableAges));
  }
  check_that(!bands.empty(), kPlace, "age_bands is empty, expected 0 and then ascending ages below 100");
}

void check_probabilities(std::string_view name, const std::vector<double>& values, std::size_t bands) {
  if (values.size() != 1 && values.size() != bands)
    throw InputError(
        fmt::format("disease: {} has {} values, expected one, or one for each of the {} age_bands", name,
                    values.size(), bands));
  for (std::size_t k = 0; k < values.size(); ++k)
    check_in_range(kPlace, fmt::format("{}[{}]", name, k), values[k], 0.0, 1.0);
}

void check_delay(std::string_view name, const LogNormalDelay& delay) {
  check_finite(kPlace, fmt::format("{}_mean_days", name), delay.mean_days);
  check_positive(kPlace, fmt::format("{}_mean_days", name), delay.mean_days);
  check_finite(kPlace, fmt::format("{}_sd_days", name), delay.sd_days);
  check_non_negative(kPlace, fmt::format("{}_sd_days", name), delay.sd_days);
}

AgeTable expand(const DiseaseSettings& settings, const std::vector<double>& values) {
  std::vector<AgeBandValue> bands;
  for (std::size_t k = 0; k < settings.age_bands.size(); ++k) {
    const int next = k + 1 < settings.age_bands.size() ? settings.age_bands[k + 1] : kTableAges;
    bands.push_back({settings.age_bands[k], next, value_of_class(values, static_cast<int>(k))});
  }
  return expand_age_bands(bands);
}

double scaled(double probability, std::string_view name, double log_factor) {
  check_finite("DiseaseSeverity", name, log_factor);
  return std::min(1.0, probability * std::exp(log_factor));
}

LogDelay log_delay(const LogNormalDelay& delay) {
  return {static_cast<float>(delay.log_mean()), static_cast<float>(delay.log_sd())};
}

}  // namespace

double LogNormalDelay::log_mean() const {
  return std::log(mean_days) - 0.5 * std::log1p((sd_days / mean_days) * (sd_days / mean_days));
}

double LogNormalDelay::log_sd() const {
  return std::sqrt(std::log1p((sd_days / mean_days) * (sd_days / mean_days)));
}

LogNormalDelay LogNormalDelay::from_logarithm(double log_mean, double log_sd) {
  const double mean = std::exp(log_mean + 0.5 * log_sd * log_sd);
  return {mean, mean * std::sqrt(std::expm1(log_sd * log_sd))};
}

DiseaseSettings published_disease() {
  DiseaseSettings settings;
  settings.severe = {0.0005, 0.00165, 0.0072, 0.0208, 0.0343, 0.0765, 0.1328, 0.20655, 0.2457, 0.2457};
  settings.critical = {3e-5, 8e-5, 0.00036, 0.00104, 0.00216, 0.00933, 0.03639, 0.08923, 0.1742, 0.1742};
  settings.fatal = {2e-5, 2e-5, 0.0001, 0.00032, 0.00098, 0.00265, 0.00766, 0.02439, 0.08292, 0.1619};
  return settings;
}

void check_disease(const DiseaseSettings& settings) {
  check_bands(settings.age_bands);
  const std::size_t bands = settings.age_bands.size();
  check_probabilities("symptomatic", settings.symptomatic, bands);
  check_probabilities("severe", settings.severe, bands);
  check_probabilities("critical", settings.critical, bands);
  check_probabilities("fatal", settings.fatal, bands);
  check_delay("latent", settings.latent);
  check_delay("presymptomatic", settings.presymptomatic);
  check_delay("onset_to_admission", settings.onset_to_admission);
  check_delay("admission_to_intensive_care", settings.admission_to_intensive_care);
  check_delay("intensive_care_to_death", settings.intensive_care_to_death);
  check_delay("asymptomatic_recovery", settings.asymptomatic_recovery);
  check_delay("symptomatic_recovery", settings.symptomatic_recovery);
  check_delay("severe_recovery", settings.severe_recovery);
  check_delay("critical_recovery", settings.critical_recovery);
}

int disease_age_class(const DiseaseSettings& settings, int age_years) {
  check_non_negative("disease_age_class", "age_years", age_years);
  const auto& bands = settings.age_bands;
  return static_cast<int>(std::upper_bound(bands.begin(), bands.end(), age_years) - bands.begin()) - 1;
}

std::vector<int> disease_age_edges(const DiseaseSettings& settings) {
  check_disease(settings);
  std::vector<int> edges{0};
  for (int k = 1; k < static_cast<int>(settings.age_bands.size()); ++k) {
    bool changes = false;
    for (const auto* values : {&settings.symptomatic, &settings.severe, &settings.critical, &settings.fatal})
      changes = changes || value_of_class(*values, k) != value_of_class(*values, k - 1);
    if (changes) edges.push_back(settings.age_bands[static_cast<std::size_t>(k)]);
  }
  return edges;
}

DiseaseProbabilities disease_probabilities(const DiseaseSettings& settings) {
  check_disease(settings);
  DiseaseProbabilities table{};
  const auto row = [&](DiseaseStage stage) -> AgeTable& { return table[static_cast<std::size_t>(stage)]; };
  row(DiseaseStage::exposed).fill(1.0);
  row(DiseaseStage::infectious) = expand(settings, settings.symptomatic);
  row(DiseaseStage::symptomatic) = expand(settings, settings.severe);
  row(DiseaseStage::severe) = expand(settings, settings.critical);
  row(DiseaseStage::critical) = expand(settings, settings.fatal);
  return table;
}

EventProbabilities event_probabilities(const DiseaseSettings& settings, int age_class,
                                       const DiseaseSeverity& severity) {
  const double symptomatic =
      scaled(value_of_class(settings.symptomatic, age_class), "log_symptomatic", severity.log_symptomatic);
  const double severe = scaled(value_of_class(settings.severe, age_class), "log_severe", severity.log_severe);
  const double critical =
      scaled(value_of_class(settings.critical, age_class), "log_critical", severity.log_critical);
  const double fatal = scaled(value_of_class(settings.fatal, age_class), "log_fatal", severity.log_fatal);
  const double admitted = symptomatic * severe;
  const double in_intensive_care = admitted * critical;
  EventProbabilities result{};
  const auto at = [&](DiseaseEvent event) -> double& { return result[static_cast<std::size_t>(event)]; };
  at(DiseaseEvent::symptom_onset) = symptomatic;
  at(DiseaseEvent::admission) = admitted;
  at(DiseaseEvent::intensive_care) = in_intensive_care;
  at(DiseaseEvent::death) = in_intensive_care * fatal;
  at(DiseaseEvent::recovery_from_symptomatic) = symptomatic * (1.0 - severe);
  at(DiseaseEvent::recovery_from_severe) = admitted * (1.0 - critical);
  at(DiseaseEvent::recovery_from_critical) = in_intensive_care * (1.0 - fatal);
  return result;
}

ReachProbabilities reach_probabilities(const DiseaseSettings& settings, int age_class,
                                       const DiseaseSeverity& severity) {
  const EventProbabilities events = event_probabilities(settings, age_class, severity);
  const auto at = [&](DiseaseEvent event) {
    return static_cast<float>(events[static_cast<std::size_t>(event)]);
  };
  return {at(DiseaseEvent::symptom_onset), at(DiseaseEvent::admission), at(DiseaseEvent::intensive_care),
          at(DiseaseEvent::death)};
}

DiseaseDelays disease_delays(const DiseaseSettings& settings) {
  return {.exposed = log_delay(settings.latent),
          .infectious = log_delay(settings.presymptomatic),
          .infectious_recovery = log_delay(settings.asymptomatic_recovery),
          .symptomatic = log_delay(settings.onset_to_admission),
          .symptomatic_recovery = log_delay(settings.symptomatic_recovery),
          .severe = log_delay(settings.admission_to_intensive_care),
          .severe_recovery = log_delay(settings.severe_recovery),
          .critical = log_delay(settings.intensive_care_to_death),
          .critical_recovery = log_delay(settings.critical_recovery)};
}

}  // namespace starling
