#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include <starling/abm/outcome_delays.hpp>

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;

/// The delays that add up to each event.
std::vector<LogNormalDelay> path_to(const DiseaseSettings& d, DiseaseEvent event) {
  std::vector<LogNormalDelay> path{d.latent, d.presymptomatic};
  if (event == DiseaseEvent::symptom_onset) return path;
  if (event == DiseaseEvent::recovery_from_symptomatic) {
    path.push_back(d.symptomatic_recovery);
    return path;
  }
  path.push_back(d.onset_to_admission);
  if (event == DiseaseEvent::admission) return path;
  if (event == DiseaseEvent::recovery_from_severe) {
    path.push_back(d.severe_recovery);
    return path;
  }
  path.push_back(d.admission_to_intensive_care);
  if (event == DiseaseEvent::intensive_care) return path;
  path.push_back(event == DiseaseEvent::death ? d.intensive_care_to_death : d.critical_recovery);
  return path;
}

double log_normal_density(const LogNormalDelay& delay, double x) {
  const double z = (std::log(x) - delay.log_mean()) / delay.log_sd();
  return std::exp(-0.5 * z * z) / (x * delay.log_sd() * std::sqrt(2.0 * std::numbers::pi));
}

double log_normal_cumulative(const LogNormalDelay& delay, double x) {
  return x <= 0.0
             ? 0.0
             : 0.5 * std::erfc(-(std::log(x) - delay.log_mean()) / (delay.log_sd() * std::numbers::sqrt2));
}

/// P(sum of two delays <= x) by the trapezoidal rule in ln of the second.
double sum_of_two_cumulative(const LogNormalDelay& first, const LogNormalDelay& second, double x) {
  const double step = 1e-3;
  double sum = 0.0;
  for (double u = second.log_mean() - 9.0 * second.log_sd(); u < second.log_mean() + 9.0 * second.log_sd();
       u += step)
    sum += log_normal_density(second, std::exp(u)) * std::exp(u) *
           log_normal_cumulative(first, x - std::exp(u)) * step;
  return sum;
}

}  // namespace

TEST_CASE("the delay to every event has all its mass, and the mean and variance of its path") {
  const DiseaseSettings settings;
  const double horizon = 1000.0;
  const auto delays = event_delays(settings, horizon);
  for (int k = 0; k < kDiseaseEvents; ++k) {
    double mean = 0.0;
    double variance = 0.0;
    for (const LogNormalDelay& part : path_to(settings, static_cast<DiseaseEvent>(k))) {
      mean += part.mean_days;
      variance += part.sd_days * part.sd_days;
    }
    const DelayDistribution& delay = delays[static_cast<std::size_t>(k)];
    double sum = 0.0;
    double squares = 0.0;
    const double cell = 1.0 / 96.0;
    for (double x = 0.0; x < horizon; x += cell) {
      const double mass = delay.cumulative(x + cell) - delay.cumulative(x);
      sum += mass * (x + 0.5 * cell);
      squares += mass * (x + 0.5 * cell - mean) * (x + 0.5 * cell - mean);
    }
    CHECK(std::abs(delay.cumulative(horizon) - 1.0) < 1e-6);
    CHECK(std::abs(sum - mean) < 1e-4);
    CHECK(squares == doctest::Approx(variance).epsilon(1e-4));
  }
}

TEST_CASE("the delay to symptoms agrees with the integral over its two parts to 2e-6") {
  const DiseaseSettings settings;
  const auto delays = event_delays(settings, 40.0);
  for (double x = 0.5; x < 30.0; x += 0.5) {
    const double expected = sum_of_two_cumulative(settings.latent, settings.presymptomatic, x);
    CHECK(std::abs(delays[0].cumulative(x) - expected) < 2e-6);
  }
}

TEST_CASE("the delays to admission and death agree with drawn sums within 4 standard errors") {
  const DiseaseSettings settings;
  const auto delays = event_delays(settings, 120.0);
  std::mt19937_64 generator(12);
  constexpr int kDraws = 400000;
  for (const DiseaseEvent event : {DiseaseEvent::admission, DiseaseEvent::death}) {
    std::vector<double> drawn(kDraws, 0.0);
    for (const LogNormalDelay& part : path_to(settings, event)) {
      std::lognormal_distribution<double> distribution(part.log_mean(), part.log_sd());
      for (double& days : drawn) days += distribution(generator);
    }
    for (const double x : {6.0, 9.0, 12.0, 17.0, 25.0, 40.0, 60.0}) {
      const auto below = static_cast<double>(
          std::count_if(drawn.begin(), drawn.end(), [x](double days) { return days <= x; }));
      const double p = delays[static_cast<std::size_t>(event)].cumulative(x);
      CHECK(std::abs(below / kDraws - p) < 4.0 * std::sqrt(p * (1.0 - p) / kDraws) + 1e-9);
    }
  }
}

TEST_SUITE_END();
