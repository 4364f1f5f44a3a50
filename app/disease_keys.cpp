#include <string>
#include <utility>
#include <vector>

#include <starling/abm/age_table.hpp>
#include <starling/app/disease_keys.hpp>
#include <starling/app/key_builders.hpp>

namespace starling::app {
namespace {

using Keys = std::vector<Key<Configuration>>;

bool probability(double value) {
  return value >= 0.0 && value <= 1.0;
}

bool set_age_bands(Configuration& configuration, const ConfigurationValue& value) {
  const auto* ages = std::get_if<std::vector<std::int64_t>>(&value);
  if (ages == nullptr || ages->empty() || ages->front() != 0 || ages->back() >= kTableAges) return false;
  for (std::size_t i = 1; i < ages->size(); ++i) {
    if ((*ages)[i] <= (*ages)[i - 1]) return false;
  }
  configuration.epidemic.disease.age_bands.assign(ages->begin(), ages->end());
  return true;
}

template <typename Member>
void add_probability(Keys& keys, const std::string& name, Member member, std::string help) {
  keys.push_back(number_list_key<Configuration>(
      "disease." + name, [=](auto& c) -> auto& { return member(c.epidemic.disease); }, probability,
      "a number from 0 to 1 for each of disease.age_bands, or one for all",
      std::move(help) + ", by age; conditional on the stage before"));
}

template <typename Member>
void add_delay(Keys& keys, const std::string& name, Member member, const std::string& from_to) {
  keys.push_back(number_key<Configuration>(
      "disease." + name + "_mean_days",
      [=](auto& c) -> auto& { return member(c.epidemic.disease).mean_days; },
      [](double value) { return value > 0.0; }, "above 0", "mean log-normal delay " + from_to));
  keys.push_back(number_key<Configuration>(
      "disease." + name + "_sd_days", [=](auto& c) -> auto& { return member(c.epidemic.disease).sd_days; },
      [](double value) { return value >= 0.0; }, "of at least 0",
      "standard deviation of the delay " + from_to));
}

void add_probabilities(Keys& keys) {
  keys.push_back({"disease.age_bands", "a list of ascending whole years from 0 to 99 that starts with 0",
                  "lowest age of each band of the lists in [disease]; the last band is open", set_age_bands,
                  [](const Configuration& c) -> ConfigurationValue {
                    const std::vector<int>& bands = c.epidemic.disease.age_bands;
                    return std::vector<std::int64_t>(bands.begin(), bands.end());
                  }});
  add_probability(
      keys, "symptomatic", [](auto& d) -> auto& { return d.symptomatic; },
      "probability that an infected person gets symptoms");
  add_probability(
      keys, "severe", [](auto& d) -> auto& { return d.severe; },
      "probability that a person with symptoms is admitted to hospital");
  add_probability(
      keys, "critical", [](auto& d) -> auto& { return d.critical; },
      "probability that an admitted person needs intensive care");
  add_probability(
      keys, "fatal", [](auto& d) -> auto& { return d.fatal; },
      "probability that a person in intensive care dies");
}

void add_delays(Keys& keys) {
  add_delay(
      keys, "latent", [](auto& d) -> auto& { return d.latent; }, "from infection to being infectious");
  add_delay(
      keys, "presymptomatic", [](auto& d) -> auto& { return d.presymptomatic; },
      "from being infectious to symptoms");
  add_delay(
      keys, "onset_to_admission", [](auto& d) -> auto& { return d.onset_to_admission; },
      "from symptoms to hospital");
  add_delay(
      keys, "admission_to_intensive_care", [](auto& d) -> auto& { return d.admission_to_intensive_care; },
      "from hospital admission to intensive care");
  add_delay(
      keys, "intensive_care_to_death", [](auto& d) -> auto& { return d.intensive_care_to_death; },
      "from intensive care to death");
  add_delay(
      keys, "asymptomatic_recovery", [](auto& d) -> auto& { return d.asymptomatic_recovery; },
      "from being infectious to recovery without symptoms");
  add_delay(
      keys, "symptomatic_recovery", [](auto& d) -> auto& { return d.symptomatic_recovery; },
      "from symptoms to recovery at home");
  add_delay(
      keys, "severe_recovery", [](auto& d) -> auto& { return d.severe_recovery; },
      "from hospital admission to recovery without intensive care");
  add_delay(
      keys, "critical_recovery", [](auto& d) -> auto& { return d.critical_recovery; },
      "from intensive care to recovery");
}

}  // namespace

void add_disease_keys(Keys& keys) {
  add_probabilities(keys);
  add_delays(keys);
}

}  // namespace starling::app
