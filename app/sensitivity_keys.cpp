#include <algorithm>
#include <bit>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/app/epidemic_outcomes.hpp>
#include <starling/app/key_builders.hpp>
#include <starling/app/sensitivity_keys.hpp>

namespace starling::app {
namespace {

using Keys = std::vector<Key<Configuration>>;

constexpr std::string_view kMethods[] = {"local", "sobol", "morris", "dgsm"};

/// A list of some of the known names, each once.
template <typename Member>
Key<Configuration> names_key(std::string name, Member member, std::span<const std::string_view> known,
                             std::string help) {
  auto set = [=](Configuration& configuration, const ConfigurationValue& value) {
    const auto* names = std::get_if<std::vector<std::string>>(&value);
    if (names == nullptr || names->empty()) return false;
    for (const std::string& one : *names) {
      if (std::ranges::count(known, one) == 0 || std::ranges::count(*names, one) > 1) return false;
    }
    member(configuration.sensitivity) = *names;
    return true;
  };
  return {std::move(name), fmt::format("a list of some of {}", fmt::join(known, ", ")), std::move(help), set,
          [=](const Configuration& c) -> ConfigurationValue { return member(c.sensitivity); }};
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
  keys.push_back(names_key(
      "sensitivity.methods", [](auto& s) -> auto& { return s.methods; }, kMethods,
      "local derivatives, and over the prior Sobol indices, Morris' elementary effects, derivative bounds"));
  keys.push_back(names_key(
      "sensitivity.outcomes", [](auto& s) -> auto& { return s.outcomes; }, kOutcomeKinds,
      "outcomes of the epidemic whose sensitivity is wanted"));
  add_local_keys(keys);
  add_global_keys(keys);
}

bool uses_method(const SensitivitySection& section, std::string_view method) {
  return std::ranges::count(section.methods, method) > 0;
}

}  // namespace starling::app
