#pragma once

#include <functional>
#include <vector>

#include <starling/abm/profile.hpp>

namespace starling::test {

/// Infectiousness of an agent at days after its infection, M r^a d^(a-1) exp(-r d) / Gamma(a).
double infectiousness(const InfectiousnessProfiles& profiles, std::size_t agent, double days);

/// Infectiousness of each agent over its whole infectious life in steps of `step_days`, which a person
/// infected at the end of a step spreads at the ends of the following ones: sum over m >= 1 of step_days T(m
/// step_days).
std::vector<double> total_infectiousness(const InfectiousnessProfiles& profiles, double step_days);

/// The epidemic in a large, fully mixed population, by the renewal equation of the discrete model:
///   i_k = s_{k-1} (1 - exp(-rate step_days sum over j < k of i_j w_{k-j})),   s_k = s_{k-1} - i_k
/// with w_m the mean infectiousness m steps after infection. Shares of the population; i_0 is the seed
/// fraction.
struct RenewalEquation {
  std::vector<double> mean_infectiousness;  // [steps + 1] w, the first entry is not read
  double rate_per_day;
  double step_days;

  /// Cumulative infections. [steps + 1]
  [[nodiscard]] std::vector<double> cumulative(double seed_fraction) const;
};
RenewalEquation renewal_equation(const InfectiousnessProfiles& profiles, double rate_per_day,
                                 double step_days, int steps);

/// Share s that escapes a fully mixed epidemic: s = (1 - seed_fraction) exp(-reproduction (1 - s)).
double escaping_share(double reproduction, double seed_fraction);

/// Reed-Frost final sizes in the form of Longini and Koopman (Biometrics 38, 1982): each of n people is
/// infected from outside with probability 1 - outside_escape, each infected one infects each other with
/// probability 1 - pair_escape. Entry j is the probability that j of them are infected in the end. [n + 1]
std::vector<double> longini_koopman(int people, double outside_escape, double pair_escape);

/// Final sizes among `susceptible` people exposed to `introduced` infected ones whose infectiousness varies,
/// by the triangular equations of Ludwig (Mathematical Biosciences 23, 1975) as Ball (Advances in Applied
/// Probability 18, 1986) writes them: for k = 0 ... s
///   sum over j <= k of C(s - j, k - j) P_j / phi(s - k)^(j + a) = C(s, k)
/// phi(k) is the probability that k given people all escape one infected. Entry j: j of them infected. [s +
/// 1]
std::vector<double> final_sizes(int susceptible, int introduced, const std::function<double(int)>& escape);

}  // namespace starling::test
