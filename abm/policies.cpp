#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/abm/policies.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

// Beyond this a factor is a mistake of units.
constexpr double kLargestFactor = 1000.0;

std::string place_of(const std::string& name) {
  return "policies." + name;
}

}  // namespace

class Policies::Builder {
 public:
  Builder(Policies& policies, const Calendar& calendar, const std::vector<NetworkSettings>& networks)
      : policies_(policies), calendar_(calendar), networks_(networks) {
    const auto records = static_cast<std::size_t>(calendar.steps()) + 1;
    policies_.networks_ = static_cast<int>(networks.size());
    policies_.factors_.resize(records * networks.size());
    policies_.closed_.resize(records * networks.size(), false);
    policies_.quarantines_on_.resize(records);
  }

  void add(const InteractionPolicy& policy) {
    const std::vector<int> steps = steps_of(policy.name, policy.dates);
    check_that(!policy.factors.empty(), place_of(policy.name), "has no factors, expected factors.<network>");
    std::set<int> named;
    for (const auto& [network, factor] : policy.factors)
      if (network != kAllNetworks) named.insert(index_of(policy.name, network));
    for (const auto& [network, factor] : policy.factors) {
      std::set<int> concerned = named;
      if (network == kAllNetworks) {
        concerned.clear();
        for (int n = 0; n < policies_.networks_; ++n)
          if (!named.contains(n)) concerned.insert(n);
      } else {
        concerned = {index_of(policy.name, network)};
      }
      const int value =
          add_value(fmt::format("policies.{}.factors.{}", policy.name, network), factor, kLargestFactor);
      scale(policy.name, network, steps, concerned, value);
    }
  }

  void add(const ClosurePolicy& policy) {
    const std::vector<int> steps = steps_of(policy.name, policy.dates);
    check_that(!policy.networks.empty(), place_of(policy.name), "names no networks");
    for (const std::string& network : policy.networks) {
      const int index = index_of(policy.name, network);
      check_meets(policy.name, network, steps, {index});
      for (const int step : steps) policies_.closed_[policies_.cell(step, index)] = true;
    }
  }

  void add(const QuarantinePolicy& policy) {
    const auto place = static_cast<int>(policies_.quarantines_.size());
    check_that(place < 8, place_of(policy.name), "is the ninth quarantine policy, expected at most eight");
    for (const int step : steps_of(policy.name, policy.dates))
      policies_.quarantines_on_[static_cast<std::size_t>(step)].push_back(place);
    policies_.quarantines_.push_back(
        {policy, add_value(place_of(policy.name) + ".compliance", policy.compliance, 1.0)});
  }

  void add(const VaccinationPolicy& policy) {
    const std::string place = place_of(policy.name);
    check_dates(place, policy.dates);
    // Who has been vaccinated stays so: only a start after the run's end leaves nothing to do.
    static_cast<void>(steps_of(policy.name, {policy.dates.begin, "9999-12-31"}));
    check_in_range(place, "coverage", policy.coverage, 0.0, 1.0);
    check_that(policy.age_from >= 0 && policy.age_from < policy.age_to, place,
               fmt::format("ages = [{}, {}] contain nobody", policy.age_from, policy.age_to));
    const int first = add_value(place + ".efficacy_infection", policy.efficacy_infection, 1.0);
    add_value(place + ".efficacy_symptoms", policy.efficacy_symptoms, 1.0);
    policies_.vaccinations_.push_back({policy, first});
  }

 private:
  static void check_dates(const std::string& place, const PolicyDates& dates) {
    for (const auto& [key, date] : {std::pair{"begin", dates.begin}, std::pair{"end", dates.end}})
      check_that(is_iso_date(date), place,
                 fmt::format("{} = \"{}\", expected an existing date as YYYY-MM-DD", key, date));
    check_that(
        dates.begin < dates.end, place,
        fmt::format("can never act: it ends on {}, not after it begins on {}", dates.end, dates.begin));
  }

  // The steps in which a policy is in force; also sees that names differ and that there are any.
  std::vector<int> steps_of(const std::string& name, const PolicyDates& dates) {
    const std::string place = place_of(name);
    check_that(names_.insert(name).second, place, "is configured twice");
    check_dates(place, dates);
    std::vector<int> steps;
    for (int step = 1; step <= calendar_.steps(); ++step) {
      const std::string& date = calendar_.record(step).date;
      if (dates.begin <= date && date < dates.end) steps.push_back(step);
    }
    check_that(!steps.empty(), place,
               fmt::format("can never act: {} to {} lies outside the run from {} to {}", dates.begin,
                           dates.end, calendar_.record(1).date, calendar_.record(calendar_.steps()).date));
    return steps;
  }

  int index_of(const std::string& policy, const std::string& name) const {
    const auto found = std::ranges::find(networks_, name, &NetworkSettings::name);
    if (found != networks_.end()) return static_cast<int>(found - networks_.begin());
    std::vector<std::string> known;
    for (const NetworkSettings& network : networks_) known.push_back(network.name);
    throw InputError(fmt::format("{}: network \"{}\" is not configured, expected one of {}", place_of(policy),
                                 name, fmt::join(known, ", ")));
  }

  int add_value(const std::string& path, double value, double high) {
    check_in_range(path, "value", value, 0.0, high);
    policies_.values_.push_back({path, value, 0.0, high});
    return static_cast<int>(policies_.values_.size()) - 1;
  }

  void check_meets(const std::string& policy, const std::string& network, const std::vector<int>& steps,
                   const std::set<int>& concerned) const {
    const bool any = std::ranges::any_of(steps, [&](int step) {
      return std::ranges::any_of(
          concerned, [&](int n) { return calendar_.active(networks_[static_cast<std::size_t>(n)], step); });
    });
    check_that(any, place_of(policy),
               fmt::format("can never act on \"{}\": no such network meets while it is in force", network));
  }

  void scale(const std::string& policy, const std::string& network, const std::vector<int>& steps,
             const std::set<int>& concerned, int value) {
    check_meets(policy, network, steps, concerned);
    for (const int step : steps)
      for (const int n : concerned) policies_.factors_[policies_.cell(step, n)].push_back(value);
  }

  Policies& policies_;
  const Calendar& calendar_;
  const std::vector<NetworkSettings>& networks_;
  std::set<std::string> names_;
};

Policies::Policies(const PolicySettings& settings, const Calendar& calendar,
                   const std::vector<NetworkSettings>& networks) {
  Builder builder(*this, calendar, networks);
  for (const auto& policy : settings.interaction) builder.add(policy);
  for (const auto& policy : settings.closure) builder.add(policy);
  for (const auto& policy : settings.quarantine) builder.add(policy);
  for (const auto& policy : settings.vaccination) builder.add(policy);
}

namespace {

bool may_exceed_zero(const PolicyValue& value, std::span<const std::string> calibrated) {
  return value.configured > 0.0 || std::ranges::find(calibrated, value.path) != calibrated.end();
}

}  // namespace

bool vaccination_eases_symptoms(const Policies& policies, std::span<const std::string> calibrated) {
  return std::ranges::any_of(policies.vaccinations(), [&](const auto& placed) {
    return may_exceed_zero(policies.value_of(placed, kEfficacySymptoms), calibrated);
  });
}

void check_vaccinations_act(const Policies& policies, std::span<const std::string> calibrated) {
  for (const auto& placed : policies.vaccinations()) {
    const bool acts = may_exceed_zero(policies.value_of(placed, kEfficacyInfection), calibrated) ||
                      may_exceed_zero(policies.value_of(placed, kEfficacySymptoms), calibrated);
    check_that(acts, place_of(placed.policy.name),
               "can never act: efficacy_infection and efficacy_symptoms are 0, and neither is calibrated");
  }
}

}  // namespace starling
