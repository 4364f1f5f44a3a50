#include <limits>

#include <starling/abm/calendar.hpp>
#include <starling/app/calibration_keys.hpp>
#include <starling/app/configuration_keys.hpp>
#include <starling/app/disease_keys.hpp>
#include <starling/app/estimator_names.hpp>
#include <starling/app/key_builders.hpp>
#include <starling/app/output_keys.hpp>
#include <starling/app/sensitivity_keys.hpp>

namespace starling::app {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

using Keys = std::vector<Key<Configuration>>;

bool set_areas(Configuration& configuration, const ConfigurationValue& value) {
  std::vector<std::string> areas;
  if (const auto* one = std::get_if<std::string>(&value)) areas.push_back(*one);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) areas = *list;
  if (areas.empty()) return false;
  for (const std::string& area : areas) {
    if (area.empty()) return false;
  }
  configuration.population.areas = std::move(areas);
  return true;
}

bool set_age_bins(Configuration& configuration, const ConfigurationValue& value) {
  const auto* edges = std::get_if<std::vector<std::int64_t>>(&value);
  if (edges == nullptr || edges->size() < 2 || edges->front() < 0 || edges->back() > 200) return false;
  for (std::size_t i = 1; i < edges->size(); ++i) {
    if ((*edges)[i] <= (*edges)[i - 1]) return false;
  }
  configuration.epidemic.age_bin_edges.assign(edges->begin(), edges->end());
  return true;
}

// An empty list in a file could be one of anything; it arrives as a list of text.
bool is_empty_list(const ConfigurationValue& value) {
  const auto* list = std::get_if<std::vector<std::string>>(&value);
  return list != nullptr && list->empty();
}

// Lengths of the steps of a day, or none for equal steps of epidemic.step_hours.
Key<Configuration> day_key(const std::string& name, std::vector<int> EpidemicSettings::*member,
                           std::string help) {
  auto set = [=](Configuration& configuration, const ConfigurationValue& value) {
    if (is_empty_list(value)) {
      (configuration.epidemic.*member).clear();
      return true;
    }
    const auto* hours = std::get_if<std::vector<std::int64_t>>(&value);
    if (hours == nullptr) return false;
    std::int64_t sum = 0;
    for (const std::int64_t length : *hours) {
      if (length < 1 || length > 24) return false;
      sum += length;
    }
    if (sum != 24) return false;
    (configuration.epidemic.*member).assign(hours->begin(), hours->end());
    return true;
  };
  auto get = [=](const Configuration& configuration) -> ConfigurationValue {
    const std::vector<int>& hours = configuration.epidemic.*member;
    return std::vector<std::int64_t>(hours.begin(), hours.end());
  };
  return {"epidemic." + name, "a list of whole hours that add up to 24", std::move(help), set, get};
}

// Steps of the day in which a network meets.
Key<NetworkSettings> steps_key(const std::string& name, std::vector<int> NetworkSettings::*member,
                               std::string help) {
  auto set = [=](NetworkSettings& network, const ConfigurationValue& value) {
    if (is_empty_list(value)) {
      (network.*member).clear();
      return true;
    }
    const auto* steps = std::get_if<std::vector<std::int64_t>>(&value);
    if (steps == nullptr) return false;
    for (const std::int64_t step : *steps)
      if (step < 0 || step > 23) return false;
    (network.*member).assign(steps->begin(), steps->end());
    return true;
  };
  auto get = [=](const NetworkSettings& network) -> ConfigurationValue {
    return std::vector<std::int64_t>((network.*member).begin(), (network.*member).end());
  };
  return {name, "a list of steps of the day, counted from 0", std::move(help), set, get};
}

bool set_step_hours(Configuration& configuration, const ConfigurationValue& value) {
  const auto* hours = std::get_if<std::int64_t>(&value);
  if (hours == nullptr || *hours < 1 || *hours > 24 || 24 % *hours != 0) return false;
  configuration.epidemic.step_hours = static_cast<int>(*hours);
  return true;
}

void add_population_keys(Keys& keys) {
  keys.push_back(text_key<Configuration>(
      "population.source", [](auto& c) -> auto& { return c.population.source; },
      [](const std::string& text) {
        return text == "synthetic" || text == "june" || text == "file" || text == "csv";
      },
      R"(one of "synthetic", "june", "file", "csv")", "where people and venues come from"));
  keys.push_back(text_key<Configuration>(
      "population.file", [](auto& c) -> auto& { return c.population.file; },
      [](const std::string& text) { return !text.empty(); }, "a path",
      "the file of \"june\" and \"file\", the folder of \"csv\""));
  keys.push_back(integer_key<Configuration>(
      "population.leisure_nearest", [](auto& c) -> auto& { return c.population.leisure_nearest; }, 1, 1000,
      "super areas in a leisure catchment of \"june\""));
  keys.push_back({"population.area", "a name or a list of names, e.g. \"Camden\"", "areas to populate",
                  set_areas, [](const Configuration& c) -> ConfigurationValue {
                    if (c.population.areas.size() == 1) return c.population.areas.front();
                    return c.population.areas;
                  }});
  keys.push_back(number_key<Configuration>(
      "population.scale", [](auto& c) -> auto& { return c.population.scale; },
      [](double value) { return value > 0.0 && value <= 1.0; }, "above 0 and at most 1",
      "fraction of the residents"));
  keys.push_back(integer_key<Configuration>(
      "population.seed", [](auto& c) -> auto& { return c.population.seed; }, 0, kNoLimit,
      "seed of the synthesis"));
}

void add_epidemic_keys(Keys& keys) {
  keys.push_back(text_key<Configuration>(
      "epidemic.start", [](auto& c) -> auto& { return c.epidemic.start; }, is_iso_date,
      "a date such as 2020-03-01", "date of the initial infections"));
  keys.push_back(integer_key<Configuration>(
      "epidemic.days", [](auto& c) -> auto& { return c.epidemic.days; }, 1, 10000, "length of a run"));
  keys.push_back({"epidemic.step_hours", "one of 1, 2, 3, 4, 6, 8, 12, 24", "length of a time step",
                  set_step_hours, [](const Configuration& c) -> ConfigurationValue {
                    return static_cast<std::int64_t>(c.epidemic.step_hours);
                  }});
  keys.push_back(day_key("weekday_step_hours", &EpidemicSettings::weekday_step_hours,
                         "lengths of the steps from Monday to Friday, instead of step_hours"));
  keys.push_back(day_key("weekend_step_hours", &EpidemicSettings::weekend_step_hours,
                         "lengths of the steps on Saturday and Sunday, instead of step_hours"));
  keys.push_back(number_key<Configuration>(
      "epidemic.immunity_half_life_days", [](auto& c) -> auto& { return c.epidemic.immunity_half_life_days; },
      not_negative, "of at least 0", "days in which an infection's protection halves; 0: it lasts"));
  keys.push_back(number_key<Configuration>(
      "epidemic.log10_seed_fraction", [](auto& c) -> auto& { return c.epidemic.log10_seed_fraction; },
      [](double value) { return value >= -12.0 && value <= 0.0; }, "from -12 to 0",
      "log10 of the fraction infected at the start"));
  keys.push_back({"epidemic.age_bins", "a list of at least two increasing whole years from 0 to 200",
                  "edges of the age bins, each closed below and open above", set_age_bins,
                  [](const Configuration& c) -> ConfigurationValue {
                    return std::vector<std::int64_t>(c.epidemic.age_bin_edges.begin(),
                                                     c.epidemic.age_bin_edges.end());
                  }});
}

template <typename Member>
Key<Configuration> profile_key(const std::string& name, Member member, bool (*holds)(double),
                               std::string help) {
  const std::string rule = holds == positive ? "above 0" : holds == not_negative ? "of at least 0" : "";
  return number_key<Configuration>(
      "epidemic." + name, [=](auto& c) -> auto& { return member(c.epidemic.profile); }, holds, rule,
      std::move(help));
}

bool set_seed_agents(Configuration& configuration, const ConfigurationValue& value) {
  std::vector<std::int64_t>& agents = configuration.epidemic.seeding.agents;
  agents.clear();
  if (is_empty_list(value)) return true;
  const auto* list = std::get_if<std::vector<std::int64_t>>(&value);
  if (list == nullptr) return false;
  for (const std::int64_t agent : *list)
    if (agent < 0) return false;
  agents = *list;
  return true;
}

void add_seeding_keys(Keys& keys) {
  keys.push_back({"epidemic.seed_agents", "a list of agents, counted from 0",
                  "infected at the start in every run, beside the seeded fraction", set_seed_agents,
                  [](const Configuration& c) -> ConfigurationValue { return c.epidemic.seeding.agents; }});
  keys.push_back(text_key<Configuration>(
      "epidemic.imports", [](auto& c) -> auto& { return c.imports; }, any_text,
      "the path of a CSV file with the columns date, category and cases",
      "infections from outside expected on a day among the people of a category"));
  keys.push_back(text_key<Configuration>(
      "epidemic.imports_by", [](auto& c) -> auto& { return c.epidemic.seeding.imports_by; }, any_text,
      "an attribute of the population, such as \"borough\"", "what the categories of epidemic.imports are"));
}

void add_profile_keys(Keys& keys) {
  keys.push_back(choice_key<Configuration>(
      "epidemic.profile_shift_from", [](auto& c) -> auto& { return c.epidemic.profile.shift_from_onset; },
      std::vector<std::pair<std::string, bool>>{{"infection", false}, {"symptom_onset", true}},
      "what the shift of the profile is counted from"));
  keys.push_back(profile_key(
      "profile_shift_days", [](auto& p) -> auto& { return p.shift_mean_days; }, any,
      "mean days from infection until infectiousness starts"));
  keys.push_back(profile_key(
      "profile.shift_sd_days", [](auto& p) -> auto& { return p.shift_sd_days; }, not_negative,
      "standard deviation of the shift between agents"));
  keys.push_back(profile_key(
      "profile.log_peak_mean", [](auto& p) -> auto& { return p.log_peak_mean; }, any,
      "mean log infectiousness of an agent"));
  keys.push_back(profile_key(
      "profile.log_peak_sd", [](auto& p) -> auto& { return p.log_peak_sd; }, not_negative,
      "standard deviation of log infectiousness"));
  keys.push_back(profile_key(
      "profile.shape_mean", [](auto& p) -> auto& { return p.shape_mean; }, positive,
      "mean shape of the gamma profile"));
  keys.push_back(profile_key(
      "profile.shape_sd", [](auto& p) -> auto& { return p.shape_sd; }, not_negative,
      "standard deviation of the shape"));
  keys.push_back(profile_key(
      "profile.rate_mean_per_day", [](auto& p) -> auto& { return p.rate_mean_per_day; }, positive,
      "mean rate of the gamma profile"));
  keys.push_back(profile_key(
      "profile.rate_sd_per_day", [](auto& p) -> auto& { return p.rate_sd_per_day; }, not_negative,
      "standard deviation of the rate"));
  keys.push_back(integer_key<Configuration>(
      "epidemic.profile.seed", [](auto& c) -> auto& { return c.epidemic.profile.seed; }, 0, kNoLimit,
      "seed of the agents' profiles"));
}

void add_gradient_keys(Keys& keys) {
  keys.push_back(choice_key<Configuration>(
      "gradient.estimator", [](auto& c) -> auto& { return c.gradient.estimator; }, estimator_names(),
      "how derivatives pass through the sampling of infections"));
  keys.push_back(choice_key<Configuration>(
      "gradient.mode", [](auto& c) -> auto& { return c.gradient.mode; },
      std::vector<std::pair<std::string, SweepMode>>{{"reverse", SweepMode::reverse},
                                                     {"forward", SweepMode::forward}},
      "how the derivatives of straight_through and gumbel_softmax are swept through a run; the same "
      "numbers"));
  keys.push_back(number_key<Configuration>(
      "gradient.temperature", [](auto& c) -> auto& { return c.gradient.temperature; }, positive, "above 0",
      "temperature of gumbel_softmax"));
  keys.push_back(number_key<Configuration>(
      "gradient.difference_step", [](auto& c) -> auto& { return c.gradient.difference_step; }, positive,
      "above 0",
      "step of common_noise_differences: in the unit of the parameter, log10 for rates; for numbers that "
      "need "
      "a model of their own, in standard deviations of the prior in its unconstrained coordinate"));
  keys.push_back(integer_key<Configuration>(
      "gradient.check_runs", [](auto& c) -> auto& { return c.gradient.check_runs; }, 2, kNoLimit,
      "runs that derivatives are averaged over when they are compared with differences, and gradients of the "
      "estimator that they are compared with"));
  keys.push_back(integer_key<Configuration>(
      "gradient.flips", [](auto& c) -> auto& { return c.gradient.flips; }, 1, 100000,
      "events of each run that event_flips turns into their opposite and that controlled_flips leaves out"));
}

Keys make_configuration_keys() {
  Keys keys;
  add_population_keys(keys);
  add_epidemic_keys(keys);
  add_seeding_keys(keys);
  add_profile_keys(keys);
  add_disease_keys(keys);
  add_gradient_keys(keys);
  add_calibration_keys(keys);
  keys.push_back(integer_key<Configuration>(
      "simulate.samples", [](auto& c) -> auto& { return c.simulate.samples; }, 1, 100000,
      "runs of the verb simulate"));
  add_output_keys(keys);
  add_sensitivity_keys(keys);
  return keys;
}

}  // namespace

const std::vector<Key<Configuration>>& configuration_keys() {
  static const Keys keys = make_configuration_keys();
  return keys;
}

const std::vector<Key<NetworkSettings>>& network_keys() {
  static const std::vector<Key<NetworkSettings>> keys{
      number_key<NetworkSettings>(
          "log10_beta", [](auto& n) -> auto& { return n.log10_beta; },
          [](double value) { return value >= -20.0 && value <= 5.0; }, "from -20 to 5",
          "log10 of the contact rate per day"),
      boolean_key<NetworkSettings>(
          "weekdays", [](auto& n) -> auto& { return n.weekdays; }, "active from Monday to Friday"),
      boolean_key<NetworkSettings>(
          "weekends", [](auto& n) -> auto& { return n.weekends; }, "active on Saturday and Sunday"),
      steps_key("weekday_steps", &NetworkSettings::weekday_steps,
                "when it meets on weekdays; all day by default"),
      steps_key("weekend_steps", &NetworkSettings::weekend_steps,
                "when it meets on weekends; all day by default"),
      text_key<NetworkSettings>(
          "venues", [](auto& n) -> auto& { return n.venues; }, [](const std::string&) { return true; },
          "a venue type of the population", "where it meets; the network's name when empty"),
      integer_key<NetworkSettings>(
          "youngest_receiver_years", [](auto& n) -> auto& { return n.youngest_receiver_years; }, 0, 200,
          "people who are younger cannot be infected here"),
      choice_key<NetworkSettings>(
          "normalisation", [](auto& n) -> auto& { return n.normalisation; },
          std::vector<std::pair<std::string, Normalisation>>{{"attendance", Normalisation::attendance},
                                                             {"head_count", Normalisation::head_count}},
          "whom the contact rate is shared among: those expected to be there or all who belong"),
      boolean_key<NetworkSettings>(
          "at_home", [](auto& n) -> auto& { return n.at_home; },
          "people in quarantine still meet here; true for a network named household")};
  return keys;
}

}  // namespace starling::app
