#include <starling/abm/published_symptoms.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

constexpr int kRecovered = 0;
constexpr int kSusceptible = 1;
constexpr int kExposed = 2;

}  // namespace

PublishedSymptoms PublishedSymptoms::all_susceptible(std::size_t agents) {
  return {std::vector<int>(agents, kSusceptible), std::vector<int>(agents, kSusceptible),
          std::vector<double>(agents, 0.0)};
}

void update_published_symptoms(PublishedSymptoms& symptoms, double now_days,
                               const std::vector<bool>& new_infected, const PublishedSymptomDraws& draws,
                               int dead_stage) {
  const std::size_t agents = symptoms.current_stage.size();
  const auto check_size = [&](const char* name, std::size_t size) {
    check_equal_size("update_published_symptoms", name, static_cast<std::int64_t>(size),
                     static_cast<std::int64_t>(agents));
  };
  check_size("next_stage", symptoms.next_stage.size());
  check_size("next_change_days", symptoms.next_change_days.size());
  check_size("new_infected", new_infected.size());
  for (std::size_t i = 0; i < agents; ++i) {
    int& current = symptoms.current_stage[i];
    int& next = symptoms.next_stage[i];
    double& change_days = symptoms.next_change_days[i];
    if (new_infected[i]) {
      next = kExposed;
      change_days = now_days;
    }
    if (now_days < change_days || current >= dead_stage) continue;
    current = next;
    if (current < kExposed || current >= dead_stage) continue;
    const bool progresses = draws.progresses(i, current);
    next = progresses ? current + 1 : kRecovered;
    change_days += draws.delay_days(i, current, progresses);
  }
}

}  // namespace starling
