#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/app/key_builders.hpp>
#include <starling/app/output_keys.hpp>
#include <starling/core/error.hpp>

namespace starling::app {
namespace {

bool set_quantities(Configuration& configuration, const ConfigurationValue& value) {
  const auto* names = std::get_if<std::vector<std::string>>(&value);
  if (names == nullptr) return false;
  std::vector<Quantity> quantities;
  for (const std::string& name : *names) {
    try {
      quantities.push_back(quantity_named(name));
    } catch (const InputError&) {
      return false;
    }
  }
  configuration.outputs.quantities = std::move(quantities);
  return true;
}

ConfigurationValue get_quantities(const Configuration& configuration) {
  std::vector<std::string> names;
  for (const Quantity& quantity : configuration.outputs.quantities) names.push_back(quantity_name(quantity));
  return names;
}

bool set_by(Configuration& configuration, const ConfigurationValue& value) {
  const auto* names = std::get_if<std::vector<std::string>>(&value);
  if (names == nullptr) return false;
  for (const std::string& name : *names) {
    if (name.empty()) return false;
  }
  configuration.outputs.by = *names;
  return true;
}

}  // namespace

void add_output_keys(std::vector<Key<Configuration>>& keys) {
  keys.push_back({"outputs.quantities",
                  fmt::format("a list of some of {}", fmt::join(quantity_names(), ", ")),
                  "what timeseries.csv reports", set_quantities, get_quantities});
  keys.push_back({"outputs.by", "a list of \"age\" and attributes of the population, such as \"sex\"",
                  "parts of the population that timeseries.csv reports apart", set_by,
                  [](const Configuration& c) -> ConfigurationValue { return c.outputs.by; }});
  keys.push_back(choice_key<Configuration>(
      "outputs.outcomes", [](auto& c) -> auto& { return c.outputs.sampled_outcomes; },
      std::vector<std::pair<std::string, bool>>{{"expected", false}, {"sampled", true}},
      "whether outcomes of simulate are expected numbers or drawn for each infected person"));
  keys.push_back(boolean_key<Configuration>(
      "outputs.networks", [](auto& c) -> auto& { return c.outputs.networks; },
      "whether timeseries.csv reports in which network infections happened"));
}

OutputSettings output_settings(const OutputsSection& outputs) {
  OutputSettings settings;
  settings.series = {{std::nullopt, ""}, {Outcome::death, ""}, {std::nullopt, std::string(kByAge)}};
  for (const Quantity& quantity : outputs.quantities) {
    settings.series.push_back({quantity, ""});
    for (const std::string& by : outputs.by) settings.series.push_back({quantity, by});
  }
  settings.sampled_outcomes = outputs.sampled_outcomes;
  return settings;
}

}  // namespace starling::app
