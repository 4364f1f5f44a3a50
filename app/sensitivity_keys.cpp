#include <algorithm>
#include <bit>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/abm/calendar.hpp>
#include <starling/app/key_builders.hpp>
#include <starling/app/outcome_kinds.hpp>
#include <starling/app/sensitivity_keys.hpp>

namespace starling::app {
namespace {

using Keys = std::vector<Key<Configuration>>;

constexpr std::string_view kMethods[] = {"local", "sobol", "morris", "dgsm"};

/// A list of texts, each once, for all of which `holds` is true.
struct TextListRule {
  std::function<bool(const std::string&)> holds;
  std::string allowed;
  std::size_t fewest = 1;
};

template <typename Member>
Key<Configuration> text_list_key(std::string name, Member member, const TextListRule& rule,
                                 std::string help) {
  auto set = [=](Configuration& configuration, const ConfigurationValue& value) {
    const auto* texts = std::get_if<std::vector<std::string>>(&value);
    if (texts == nullptr || texts->size() < rule.fewest) return false;
    for (const std::string& one : *texts) {
      if (!rule.holds(one) || std::ranges::count(*texts, one) > 1) return false;
    }
    member(configuration.sensitivity) = *texts;
    return true;
  };
  return {std::move(name), rule.allowed, std::move(help), set,
          [=](const Configuration& c) -> ConfigurationValue { return member(c.sensitivity); }};
}

bool is_method(const std::string& name) {
  return std::ranges::count(kMethods, name) > 0;
}

bool is_outcome(const std::string& name) {
  return outcome_kind_named(name).has_value();
}

bool is_point(const std::string& text) {
  return text == "configured" || text == "prior" || text.ends_with(".csv");
}

void add_local_keys(Keys& keys) {
  keys.push_back(text_key<Configuration>(
      "sensitivity.at", [](auto& c) -> auto& { return c.sensitivity.at; }, is_point,
      "\"configured\", \"prior\" or the path of a posterior.csv",
      "where local derivatives are taken; over a prior or a posterior they are averaged"));
  keys.push_back(integer_key<Configuration>(
      "sensitivity.replicates", [](auto& c) -> auto& { return c.sensitivity.replicates; }, 2, 100000,
      "runs on each side of a local difference, each with noise, and draw, of its own"));
  keys.push_back(number_key<Configuration>(
      "sensitivity.step", [](auto& c) -> auto& { return c.sensitivity.step; }, positive, "above 0",
      "step of local differences, in units of the parameter, of numbers that need a model of their own "
      "relative "
      "to the configured value; half of it is the check"));
}

void add_global_keys(Keys& keys) {
  Key<Configuration> rows = integer_key<Configuration>(
      "sensitivity.rows", [](auto& c) -> auto& { return c.sensitivity.rows; }, 2, 1 << 20,
      "rows of the design of sobol, which runs each 3 + parameters times, and of dgsm, 1 + 2 parameters");
  rows.allowed = "a power of two from 2 to 1048576";
  rows.set = [set = rows.set](Configuration& configuration, const ConfigurationValue& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    return number != nullptr && *number > 0 && std::has_single_bit(static_cast<std::uint64_t>(*number)) &&
           set(configuration, value);
  };
  keys.push_back(std::move(rows));
  keys.push_back(integer_key<Configuration>(
      "sensitivity.trajectories", [](auto& c) -> auto& { return c.sensitivity.trajectories; }, 2, 100000,
      "trajectories of morris, each of 1 + parameters runs"));
}

}  // namespace

void add_sensitivity_keys(Keys& keys) {
  keys.push_back(text_list_key(
      "sensitivity.methods", [](auto& s) -> auto& { return s.methods; },
      {is_method, fmt::format("a list of some of {}", fmt::join(kMethods, ", "))},
      "local derivatives, and over the prior Sobol indices, Morris' elementary effects, derivative bounds"));
  keys.push_back(text_list_key(
      "sensitivity.outcomes", [](auto& s) -> auto& { return s.outcomes; },
      {is_outcome, "a list of some of " + outcome_names_in_words()},
      "outcomes of the epidemic whose sensitivity is wanted"));
  keys.push_back(text_list_key(
      "sensitivity.reproduction_at", [](auto& s) -> auto& { return s.reproduction_at; },
      {is_iso_date, "a list of dates such as [\"2020-03-14\"]", 0},
      "days for which the outcome \"reproduction\" gives the reproduction number of the week up to them; all "
      "weeks of the run when empty"));
  Key<Configuration> window = text_list_key(
      "sensitivity.reproduction_window", [](auto& s) -> auto& { return s.reproduction_window; },
      {is_iso_date, "two ascending dates such as [\"2020-03-08\", \"2020-03-22\"], the second exclusive", 0},
      "days over which the outcome \"reproduction\" gives one reproduction number; the run when empty");
  window.set = [set = window.set](Configuration& configuration, const ConfigurationValue& value) {
    const auto* dates = std::get_if<std::vector<std::string>>(&value);
    return dates != nullptr && (dates->empty() || (dates->size() == 2 && dates->front() < dates->back())) &&
           set(configuration, value);
  };
  keys.push_back(std::move(window));
  keys.push_back(text_key<Configuration>(
      "sensitivity.restrict_from", [](auto& c) -> auto& { return c.sensitivity.restrict_from; },
      [](const std::string& text) { return text.empty() || is_iso_date(text); },
      "a date such as 2020-03-23, or \"\"",
      "day from which policy.csv restricts the contacts of one network after the other; none when empty"));
  keys.push_back(text_list_key(
      "sensitivity.restrict", [](auto& s) -> auto& { return s.restricted; },
      {not_empty, "a list of networks", 0},
      "networks that policy.csv compares; all that meet from sensitivity.restrict_from on when empty"));
  add_local_keys(keys);
  add_global_keys(keys);
}

bool uses_method(const SensitivitySection& section, std::string_view method) {
  return std::ranges::count(section.methods, method) > 0;
}

}  // namespace starling::app
