#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/abm/calendar.hpp>
#include <starling/app/configuration_keys.hpp>
#include <starling/app/policy_tables.hpp>
#include <starling/core/error.hpp>
#include <starling/core/nearest_name.hpp>

namespace starling::app {
namespace {

constexpr std::string_view kPolicies = "policies.";
constexpr std::string_view kFactors = "factors.";
constexpr const char* kDate = "a date such as 2020-03-23";
constexpr const char* kFactor = "a number of at least 0";
constexpr const char* kShare = "a number from 0 to 1";
constexpr const char* kNames = "a list of networks";

struct KnownKey {
  const char* name;
  const char* allowed;
  const char* help;
  bool needed;
};

struct Kind {
  const char* name;
  const char* help;
  std::vector<KnownKey> keys;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> known{
      {"interaction",
       "scales contact rates: distancing, masks, work from home",
       {{"factors.<network>", kFactor, "factor of its contact rate; \"all\" for the networks not named",
         false}}},
      {"closure", "networks that do not meet", {{"networks", kNames, "which", true}}},
      {"quarantine",
       "the ill keep away from everybody outside their home",
       {{"stage", "one of \"infectious\", \"symptomatic\", \"severe\", \"critical\"", "from which stage on",
         false},
        {"compliance", kShare, "share of contacts given up", false},
        {"household", "true or false", "whether those they live with do the same", false}}},
      {"vaccination",
       "coverage rises evenly from begin to end and stays",
       {{"ages", "two increasing whole years, the second exclusive", "whom", false},
        {"coverage", kShare, "share vaccinated at the end", true},
        {"efficacy_infection", kShare, "share of exposure that no longer infects", false},
        {"efficacy_symptoms", kShare, "share of the probability of symptoms taken from the infected",
         false}}}};
  return known;
}

const std::array<KnownKey, 3>& common_keys() {
  static const std::array<KnownKey, 3> keys{
      {{"kind", "one of \"interaction\", \"closure\", \"quarantine\", \"vaccination\"", "what it does", true},
       {"begin", kDate, "first day in force", true},
       {"end", kDate, "the day after the last", true}}};
  return keys;
}

bool same_key(const KnownKey& known, const std::string& key) {
  return key == known.name || (std::string_view(known.name).starts_with(kFactors) &&
                               key.starts_with(kFactors) && key.size() > kFactors.size());
}

bool known_to_any(const std::string& key) {
  const auto same = [&](const KnownKey& known) { return same_key(known, key); };
  return std::ranges::any_of(common_keys(), same) ||
         std::ranges::any_of(kinds(), [&](const Kind& kind) { return std::ranges::any_of(kind.keys, same); });
}

/// Reads the keys of one section, whose kind is known.
class SectionReader {
 public:
  explicit SectionReader(const PolicySection& section) : section_(section), kind_(find_kind()) {
    check_keys();
  }

  [[nodiscard]] const Kind& kind() const { return *kind_; }
  [[nodiscard]] PolicyDates dates() const { return {date("begin"), date("end")}; }

  [[nodiscard]] std::string text(const std::string& key, const std::string& fallback) const {
    const auto* found = find(key);
    if (found == nullptr) return fallback;
    if (const auto* value = std::get_if<std::string>(&found->value)) return *value;
    reject(key);
  }
  [[nodiscard]] bool truth(const std::string& key, bool fallback) const {
    const auto* found = find(key);
    if (found == nullptr) return fallback;
    if (const auto* value = std::get_if<bool>(&found->value)) return *value;
    reject(key);
  }
  [[nodiscard]] double number(const std::string& key, double fallback, double high) const {
    const auto* found = find(key);
    if (found == nullptr) return fallback;
    double value = -1.0;
    if (const auto* real = std::get_if<double>(&found->value)) value = *real;
    if (const auto* whole = std::get_if<std::int64_t>(&found->value)) value = static_cast<double>(*whole);
    if (!(value >= 0.0 && value <= high)) reject(key);
    return value;
  }
  [[nodiscard]] std::vector<std::string> names(const std::string& key) const {
    const auto* value = std::get_if<std::vector<std::string>>(&find(key)->value);
    if (value == nullptr || value->empty()) reject(key);
    return *value;
  }
  [[nodiscard]] std::pair<int, int> ages(const std::string& key, std::pair<int, int> fallback) const {
    const auto* found = find(key);
    if (found == nullptr) return fallback;
    const auto* value = std::get_if<std::vector<std::int64_t>>(&found->value);
    if (value == nullptr || value->size() != 2 || value->front() < 0 || value->front() >= value->back() ||
        value->back() > 1000)
      reject(key);
    return {static_cast<int>(value->front()), static_cast<int>(value->back())};
  }
  [[nodiscard]] std::vector<std::pair<std::string, double>> factors() const {
    std::vector<std::pair<std::string, double>> result;
    for (const auto& [key, value] : section_.keys)
      if (key.starts_with(kFactors)) result.emplace_back(key.substr(kFactors.size()), number(key, 1.0, 1e9));
    return result;
  }
  [[nodiscard]] const char* allowed(const std::string& key) const {
    const auto same = [&](const KnownKey& known) { return same_key(known, key); };
    const auto common = std::ranges::find_if(common_keys(), same);
    return common != common_keys().end() ? common->allowed : std::ranges::find_if(kind_->keys, same)->allowed;
  }
  [[nodiscard]] QuarantineStage stage() const {
    constexpr std::array<const char*, 4> names{"infectious", "symptomatic", "severe", "critical"};
    const std::string name = text("stage", "symptomatic");
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) reject("stage");
    return static_cast<QuarantineStage>(found - names.begin());
  }

 private:
  [[nodiscard]] const PolicySection::Value* find(const std::string& key) const {
    const auto found = section_.keys.find(key);
    return found == section_.keys.end() ? nullptr : &found->second;
  }

  [[noreturn]] void reject(const std::string& key) const {
    const PolicySection::Value& value = section_.keys.at(key);
    throw InputError(fmt::format("{}: policies.{}.{} = {}, expected {}", value.place, section_.name, key,
                                 to_text(value.value), allowed(key)));
  }

  [[nodiscard]] std::string date(const std::string& key) const {
    const std::string value = text(key, "");
    if (!is_iso_date(value)) reject(key);
    return value;
  }

  [[nodiscard]] const Kind* find_kind() const {
    const auto* found = find("kind");
    const auto* name = found == nullptr ? nullptr : std::get_if<std::string>(&found->value);
    const auto kind = name == nullptr ? kinds().end() : std::ranges::find(kinds(), *name, &Kind::name);
    if (kind != kinds().end()) return &*kind;
    throw InputError(fmt::format(
        "{}: policies.{}.kind{}, expected {}",
        (found == nullptr ? section_.keys.begin()->second : *found).place, section_.name,
        found == nullptr ? " is missing" : " = " + to_text(found->value), common_keys().front().allowed));
  }

  void check_keys() const {
    for (const auto& [key, value] : section_.keys) {
      const auto same = [&key = key](const KnownKey& known) { return same_key(known, key); };
      if (std::ranges::any_of(common_keys(), same) || std::ranges::any_of(kind_->keys, same)) continue;
      std::vector<std::string> allowed;
      for (const KnownKey& known : common_keys()) allowed.emplace_back(known.name);
      for (const KnownKey& known : kind_->keys) allowed.emplace_back(known.name);
      throw InputError(
          fmt::format("{}: policies.{}: a policy of kind \"{}\" has no key {}, expected some of {}",
                      value.place, section_.name, kind_->name, key, fmt::join(allowed, ", ")));
    }
    const auto check_needed = [&](const KnownKey& known) {
      if (!known.needed || section_.keys.contains(known.name)) return;
      throw InputError(fmt::format("{}: policies.{} has no {}, expected {}",
                                   section_.keys.begin()->second.place, section_.name, known.name,
                                   known.allowed));
    };
    std::ranges::for_each(common_keys(), check_needed);
    std::ranges::for_each(kind_->keys, check_needed);
  }

  const PolicySection& section_;
  const Kind* kind_;
};

void append_policy(const PolicySection& section, PolicySettings& settings) {
  const SectionReader reader(section);
  const std::string kind = reader.kind().name;
  if (kind == "interaction") {
    settings.interaction.push_back({section.name, reader.dates(), reader.factors()});
  } else if (kind == "closure") {
    settings.closure.push_back({section.name, reader.dates(), reader.names("networks")});
  } else if (kind == "quarantine") {
    settings.quarantine.push_back({section.name, reader.dates(), reader.stage(),
                                   reader.number("compliance", 1.0, 1.0), reader.truth("household", false)});
  } else {
    VaccinationPolicy policy;
    policy.name = section.name;
    policy.dates = reader.dates();
    std::tie(policy.age_from, policy.age_to) = reader.ages("ages", {policy.age_from, policy.age_to});
    policy.coverage = reader.number("coverage", 0.0, 1.0);
    policy.efficacy_infection = reader.number("efficacy_infection", 0.0, 1.0);
    policy.efficacy_symptoms = reader.number("efficacy_symptoms", 0.0, 1.0);
    settings.vaccination.push_back(policy);
  }
}

[[noreturn]] void reject_key(const TomlEntry& entry, const std::string& name) {
  std::vector<std::string> known;
  for (const KnownKey& key : common_keys()) known.push_back(fmt::format("policies.{}.{}", name, key.name));
  for (const Kind& kind : kinds())
    for (const KnownKey& key : kind.keys) known.push_back(fmt::format("policies.{}.{}", name, key.name));
  throw InputError(fmt::format("{}: unknown key {}, the nearest known key is {}", entry.place, entry.path,
                               nearest_name(entry.path, known)));
}

}  // namespace

bool apply_policy(std::vector<PolicySection>& sections, const TomlEntry& entry) {
  if (entry.path == "policies") return entry.empty_table;
  if (!entry.path.starts_with(kPolicies)) return false;
  const std::string rest = entry.path.substr(kPolicies.size());
  const std::string name = rest.substr(0, rest.find('.'));
  const std::string key = name.size() == rest.size() ? "" : rest.substr(name.size() + 1);
  if (!known_to_any(key)) reject_key(entry, name);
  if (!entry.value)
    throw InputError(fmt::format("{}: {} = {}, expected a value that a policy can have", entry.place,
                                 entry.path, entry.empty_table ? "an empty table" : entry.text));
  auto section = std::ranges::find(sections, name, &PolicySection::name);
  if (section == sections.end()) {
    sections.push_back({name, {}});
    section = sections.end() - 1;
  }
  section->keys.insert_or_assign(key, PolicySection::Value{*entry.value, entry.place});
  return true;
}

std::string allowed_for_policy(const PolicySection& section, const std::string& key) {
  return SectionReader(section).allowed(key);
}

PolicySettings policies_of(const std::vector<PolicySection>& sections) {
  PolicySettings settings;
  for (const PolicySection& section : sections) append_policy(section, settings);
  return settings;
}

std::vector<std::pair<std::string, ConfigurationValue>> policy_entries(
    const std::vector<PolicySection>& sections) {
  std::vector<std::pair<std::string, ConfigurationValue>> entries;
  for (const PolicySection& section : sections)
    for (const auto& [key, value] : section.keys)
      entries.emplace_back(fmt::format("policies.{}.{}", section.name, key), value.value);
  return entries;
}

std::string describe_policies() {
  std::string text;
  const auto line = [&](const KnownKey& key) {
    text += fmt::format("policies.<name>.{}\n    {}: {}; {}\n", key.name, key.help, key.allowed,
                        key.needed ? "needed" : "may be left out");
  };
  std::ranges::for_each(common_keys(), line);
  for (const Kind& kind : kinds()) {
    text += fmt::format("  kind = \"{}\": {}\n", kind.name, kind.help);
    std::ranges::for_each(kind.keys, line);
  }
  return text;
}

}  // namespace starling::app
