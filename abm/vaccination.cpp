#include <algorithm>
#include <vector>

#include <starling/abm/vaccination.hpp>
#include <starling/core/check.hpp>
#include <starling/core/random.hpp>

namespace starling {

struct Vaccination::Plan {
  std::vector<std::int16_t> step;
  std::vector<std::uint8_t> policy;
};

namespace {

// Share of the people of its ages that a policy has reached at the end of each record. [steps + 1]
std::vector<double> coverage_by_step(const VaccinationPolicy& policy, const Calendar& calendar) {
  const double begin = days_between(calendar.record(0).date, policy.dates.begin);
  const double end = days_between(calendar.record(0).date, policy.dates.end);
  std::vector<double> result;
  for (int step = 0; step <= calendar.steps(); ++step) {
    const double done = (calendar.record(step).now_days - begin) / (end - begin);
    result.push_back(policy.coverage * std::clamp(done, 0.0, 1.0));
  }
  return result;
}

int policy_for(const Policies& policies, int age_years) {
  const auto& all = policies.vaccinations();
  const auto found = std::ranges::find_if(all, [&](const auto& placed) {
    return age_years >= placed.policy.age_from && age_years < placed.policy.age_to;
  });
  return found == all.end() ? -1 : static_cast<int>(found - all.begin());
}

Vaccination::Plan draw_plan(const Population& population, const Policies& policies, const Calendar& calendar,
                            std::uint64_t seed) {
  std::vector<std::vector<double>> coverage;
  for (const auto& placed : policies.vaccinations())
    coverage.push_back(coverage_by_step(placed.policy, calendar));
  check_in_range("vaccination", "policies", static_cast<double>(coverage.size()), 0.0, 255.0);
  const auto agents = static_cast<std::size_t>(population.agents());
  Vaccination::Plan plan{std::vector<std::int16_t>(agents, kNeverVaccinated),
                         std::vector<std::uint8_t>(agents, 0)};
  for (std::size_t agent = 0; agent < agents; ++agent) {
    const int policy = policy_for(policies, population.age_years[agent]);
    if (policy < 0) continue;
    const double u =
        uniform_double(random_word(seed, static_cast<std::uint32_t>(agent), 0, 0, Draw::vaccination));
    const std::vector<double>& reached = coverage[static_cast<std::size_t>(policy)];
    const auto step = std::ranges::lower_bound(reached, u) - reached.begin();
    plan.policy[agent] = static_cast<std::uint8_t>(policy);
    if (step < static_cast<std::ptrdiff_t>(reached.size()))
      plan.step[agent] = static_cast<std::int16_t>(std::max<std::ptrdiff_t>(step, 0));
  }
  return plan;
}

}  // namespace

Vaccination::Vaccination(const Exec& exec, const Population& population, const Policies& policies,
                         const Calendar& calendar, std::uint64_t seed)
    : Vaccination(exec, draw_plan(population, policies, calendar, seed)) {}

Vaccination::Vaccination(const Exec& exec, const Plan& plan)
    : step_(exec, plan.step), policy_(exec, plan.policy) {}

}  // namespace starling
