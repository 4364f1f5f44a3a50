#include "final_size.hpp"

#include <cmath>

namespace starling::test {

namespace {

// Infectiousness later than this is below 1e-12 of the peak for the rates in use.
constexpr double kInfectiousLifeDays = 70.0;

double choose(int n, int k) {
  double result = 1.0;
  for (int i = 1; i <= k; ++i) result *= static_cast<double>(n - k + i) / i;
  return result;
}

}  // namespace

double infectiousness(const InfectiousnessProfiles& profiles, std::size_t agent, double days) {
  const double d = days - profiles.shift_days[agent];
  if (!(d > 0.0)) return 0.0;
  return std::exp(profiles.log_scale[agent] + profiles.shape_minus_one[agent] * std::log(d) -
                  profiles.rate_per_day[agent] * d);
}

std::vector<double> total_infectiousness(const InfectiousnessProfiles& profiles, double step_days) {
  std::vector<double> result(profiles.log_scale.size(), 0.0);
  for (std::size_t agent = 0; agent < result.size(); ++agent)
    for (int m = 1; m * step_days < kInfectiousLifeDays; ++m)
      result[agent] += step_days * infectiousness(profiles, agent, m * step_days);
  return result;
}

std::vector<double> RenewalEquation::cumulative(double seed_fraction) const {
  std::vector<double> infected{seed_fraction};
  std::vector<double> total{seed_fraction};
  for (std::size_t k = 1; k < mean_infectiousness.size(); ++k) {
    double force = 0.0;
    for (std::size_t j = 0; j < k; ++j) force += infected[j] * mean_infectiousness[k - j];
    const double left = 1.0 - total.back();
    infected.push_back(left * -std::expm1(-rate_per_day * step_days * force));
    total.push_back(total.back() + infected.back());
  }
  return total;
}

RenewalEquation renewal_equation(const InfectiousnessProfiles& profiles, double rate_per_day,
                                 double step_days, int steps) {
  RenewalEquation result{{}, rate_per_day, step_days};
  const std::size_t agents = profiles.log_scale.size();
  for (int m = 0; m <= steps; ++m) {
    double sum = 0.0;
    for (std::size_t agent = 0; agent < agents; ++agent)
      sum += infectiousness(profiles, agent, m * step_days);
    result.mean_infectiousness.push_back(sum / static_cast<double>(agents));
  }
  return result;
}

double escaping_share(double reproduction, double seed_fraction) {
  // Iterating from 0 ascends to the smallest root, which is the one an epidemic that takes off ends at.
  double s = 0.0;
  for (int i = 0; i < 10000; ++i) s = (1.0 - seed_fraction) * std::exp(-reproduction * (1.0 - s));
  return s;
}

std::vector<double> longini_koopman(int people, double outside_escape, double pair_escape) {
  std::vector<double> all_of(static_cast<std::size_t>(people) + 1, 1.0);  // P(all j of j people are infected)
  const auto part = [&](int j, int n) {
    return choose(n, j) * all_of[static_cast<std::size_t>(j)] * std::pow(outside_escape, n - j) *
           std::pow(pair_escape, j * (n - j));
  };
  for (int n = 1; n <= people; ++n)
    for (int j = 0; j < n; ++j) all_of[static_cast<std::size_t>(n)] -= part(j, n);
  std::vector<double> result;
  for (int j = 0; j <= people; ++j) result.push_back(part(j, people));
  return result;
}

std::vector<double> final_sizes(int susceptible, int introduced, const std::function<double(int)>& escape) {
  std::vector<double> result;
  for (int k = 0; k <= susceptible; ++k) {
    const double phi = escape(susceptible - k);
    double rest = choose(susceptible, k);
    for (int j = 0; j < k; ++j)
      rest -= choose(susceptible - j, k - j) * result[static_cast<std::size_t>(j)] /
              std::pow(phi, j + introduced);
    result.push_back(rest * std::pow(phi, k + introduced));
  }
  return result;
}

}  // namespace starling::test
