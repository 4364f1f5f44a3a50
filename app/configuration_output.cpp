#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <starling/app/calibration_tables.hpp>
#include <starling/app/configuration.hpp>
#include <starling/app/configuration_keys.hpp>
#include <starling/app/target_keys.hpp>

namespace starling::app {
namespace {

using Json = nlohmann::ordered_json;

Json to_json_value(const ConfigurationValue& value) {
  return std::visit([](const auto& concrete) { return Json(concrete); }, value);
}

void put(Json& root, const std::string& path, const Json& value) {
  std::string pointer = "/" + path;
  std::replace(pointer.begin(), pointer.end(), '.', '/');
  root[Json::json_pointer(pointer)] = value;
}

bool is_absent(const Configuration& configuration, const std::string& name) {
  return (name == "calibrate.truth_seed" && !configuration.calibrate.truth_seed) ||
         (name == "population.file" && configuration.population.file.empty());
}

}  // namespace

std::vector<std::pair<std::string, std::string>> describe(const Configuration& configuration) {
  std::vector<std::pair<std::string, std::string>> lines;
  for (const auto& key : configuration_keys()) {
    if (!is_absent(configuration, key.name)) lines.emplace_back(key.name, to_text(key.get(configuration)));
  }
  for (const NetworkSettings& network : configuration.epidemic.networks) {
    for (const auto& key : network_keys())
      lines.emplace_back(fmt::format("networks.{}.{}", network.name, key.name), to_text(key.get(network)));
    const auto attendance = configuration.attendance.find(network.name);
    if (attendance != configuration.attendance.end())
      lines.emplace_back(fmt::format("networks.{}.attendance", network.name), attendance->second);
  }
  for (const auto& [key, value] : policy_entries(configuration.policies))
    lines.emplace_back(key, to_text(value));
  for (const auto& [key, value] : calibration_table_entries(configuration.calibrate))
    lines.emplace_back(key, to_text(value));
  for (const auto& [key, value] : target_entries(configuration.calibrate.targets))
    lines.emplace_back(key, to_text(value));
  return lines;
}

std::string to_json(const Configuration& configuration) {
  Json root = Json::object();
  for (const auto& key : configuration_keys())
    put(root, key.name,
        is_absent(configuration, key.name) ? Json(nullptr) : to_json_value(key.get(configuration)));
  root["calibrate"]["ties"] = Json(configuration.calibrate.ties);
  root["calibrate"]["priors"] = Json::object();
  for (const auto& [name, prior] : configuration.calibrate.priors)
    root["calibrate"]["priors"][name] = prior.text();
  for (const auto& [key, value] : target_entries(configuration.calibrate.targets))
    put(root, key, to_json_value(value));
  root["networks"] = Json::object();
  for (const NetworkSettings& network : configuration.epidemic.networks) {
    Json& one = root["networks"][network.name] = Json::object();
    for (const auto& key : network_keys()) one[key.name] = to_json_value(key.get(network));
    const auto attendance = configuration.attendance.find(network.name);
    if (attendance != configuration.attendance.end()) one["attendance"] = attendance->second;
  }
  root["policies"] = Json::object();
  for (const PolicySection& section : configuration.policies)
    for (const auto& [key, value] : section.keys)
      root["policies"][section.name][key] = to_json_value(value.value);
  return root.dump(2);
}

std::string describe_keys() {
  std::string text;
  const Configuration defaults;
  for (const auto& key : configuration_keys())
    text += fmt::format("{}\n    {}: {}; default {}\n", key.name, key.help, key.allowed,
                        is_absent(defaults, key.name) ? "none" : to_text(key.get(defaults)));
  for (const auto& key : network_keys())
    text += fmt::format("networks.<name>.{}\n    {}: {}; default {}\n", key.name, key.help, key.allowed,
                        key.name == "log10_beta" ? "none" : to_text(key.get(NetworkSettings())));
  text += fmt::format(
      "networks.<name>.{}\n    probability of taking part by day, sex and age: {}; default: everyone\n",
      kAttendanceKey, kAttendanceAllowed);
  return text + describe_policies() + describe_calibration_tables() + describe_target_keys();
}

}  // namespace starling::app
