#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/app/calibration_tables.hpp>
#include <starling/app/target_keys.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/prior_forms.hpp>

namespace starling::app {

namespace {

constexpr std::string_view kTies = "calibrate.ties";
constexpr std::string_view kPriors = "calibrate.priors";

bool contains(std::span<const std::string> names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// "leisure" of "calibrate.ties.leisure", "" of the table itself.
std::optional<std::string> name_in(std::string_view table, const TomlEntry& entry) {
  if (entry.path == table && entry.empty_table) return "";
  if (!entry.path.starts_with(fmt::format("{}.", table))) return std::nullopt;
  return entry.path.substr(table.size() + 1);
}

[[noreturn]] void refuse(const TomlEntry& entry, const std::string& expected) {
  throw InputError(fmt::format("{}: {} = {}, expected {}", entry.place, entry.path,
                               entry.empty_table ? "an empty table" : entry.text, expected));
}

void set_tie(CalibrationSettings& settings, const std::string& name, const TomlEntry& entry) {
  const auto* list = entry.value ? std::get_if<std::vector<std::string>>(&*entry.value) : nullptr;
  if (list == nullptr || list->empty())
    refuse(entry, "a list of paths such as [\"networks.pub.log10_beta\", \"networks.gym.log10_beta\"]");
  settings.ties[name] = *list;
}

void set_prior(CalibrationSettings& settings, const std::string& name, const TomlEntry& entry) {
  const auto* text = entry.value ? std::get_if<std::string>(&*entry.value) : nullptr;
  if (text == nullptr) refuse(entry, "text with one of " + prior_forms_in_words());
  try {
    settings.priors.insert_or_assign(name, MarginalPrior::parse(*text));
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}: {}", entry.place, entry.path, error.what()));
  }
}

/// Targets whose dispersion is calibrated: further parameters, after those of the list.
std::vector<const TargetSettings*> own_dispersions(const CalibrationSettings& settings) {
  std::vector<const TargetSettings*> targets;
  for (const TargetSettings& target : settings.targets) {
    if (target.calibrate_dispersion) targets.push_back(&target);
  }
  return targets;
}

std::vector<std::string> names_in_messages(const CalibrationSettings& settings,
                                           const CalibratablePaths& paths) {
  std::vector<std::string> names = paths.of_lanes;
  for (const auto& [name, tied] : settings.ties) names.push_back(name);
  return names;
}

[[noreturn]] void refuse_path(const std::string& place, const std::string& path,
                              const std::vector<std::string>& expected, const CalibratablePaths& paths) {
  throw InputError(
      fmt::format("{}: \"{}\" cannot be calibrated: it {}; expected some of {}, or the path of another real "
                  "number of the model such as disease.latent_mean_days",
                  place, path, paths.why_not(path), fmt::join(expected, ", ")));
}

/// Names of the ties and what they set exist.
void check_ties(const CalibrationSettings& settings, const CalibratablePaths& paths,
                const std::string& file) {
  for (const auto& [name, tied] : settings.ties) {
    if (paths.contains(name))
      throw InputError(
          fmt::format("{}: calibrate.ties.{}: a tie needs a name of its own, this is a path", file, name));
    for (const std::string& path : tied) {
      if (!paths.contains(path))
        refuse_path(fmt::format("{}: calibrate.ties.{}", file, name), path, paths.of_lanes, paths);
    }
  }
}

void check_priors(const CalibrationSettings& settings, const CalibratablePaths& paths,
                  const std::string& file) {
  std::vector<std::string> known = names_in_messages(settings, paths);
  std::map<std::string, std::string> tie_of_path;
  for (const auto& [name, tied] : settings.ties) {
    if (!contains(settings.parameters, name)) continue;
    for (const std::string& path : tied) tie_of_path[path] = name;
  }
  for (const TargetSettings* target : own_dispersions(settings)) known.push_back(target->dispersion_name());
  for (const auto& [name, prior] : settings.priors) {
    if (!contains(known, name) && !paths.contains(name))
      throw InputError(fmt::format("{}: calibrate.priors: \"{}\" is not a parameter, expected some of {}",
                                   file, name, fmt::join(known, ", ")));
    const auto tie = tie_of_path.find(name);
    if (tie != tie_of_path.end())
      throw InputError(
          fmt::format("{}: calibrate.priors: \"{}\" takes its value from \"{}\": the prior "
                      "belongs to that name",
                      file, name, tie->second));
  }
}

}  // namespace

bool apply_calibration_table(CalibrationSettings& settings, const TomlEntry& entry) {
  for (const std::string_view table : {kTies, kPriors}) {
    const std::optional<std::string> name = name_in(table, entry);
    if (!name) continue;
    if (name->empty()) return true;
    table == kTies ? set_tie(settings, *name, entry) : set_prior(settings, *name, entry);
    return true;
  }
  return false;
}

bool CalibratablePaths::contains(const std::string& path) const {
  return starling::app::contains(of_lanes, path) || starling::app::contains(structural, path);
}

void check_calibration_tables(const CalibrationSettings& settings, const CalibratablePaths& paths,
                              const std::string& file) {
  const std::vector<std::string> expected = names_in_messages(settings, paths);
  if (settings.parameters.empty())
    throw InputError(fmt::format("{}: calibrate.parameters is empty, expected some of {}", file,
                                 fmt::join(expected, ", ")));
  for (const std::string& name : settings.parameters) {
    if (!contains(expected, name) && !paths.contains(name))
      refuse_path(file + ": calibrate.parameters", name, expected, paths);
  }
  check_ties(settings, paths, file);
  check_priors(settings, paths, file);
  check_targets(settings.targets, file);
  try {
    (void)parameter_map_of(settings);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: calibrate.parameters: {}", file, error.what()));
  }
}

std::vector<std::pair<std::string, ConfigurationValue>> calibration_table_entries(
    const CalibrationSettings& settings) {
  std::vector<std::pair<std::string, ConfigurationValue>> entries;
  for (const auto& [name, paths] : settings.ties)
    entries.emplace_back(fmt::format("{}.{}", kTies, name), paths);
  for (const auto& [name, prior] : settings.priors)
    entries.emplace_back(fmt::format("{}.{}", kPriors, name), prior.text());
  return entries;
}

std::string describe_calibration_tables() {
  return fmt::format(
      "{}.<name>\n    paths that share one value, which is calibrated under this name: a list of paths; "
      "default none\n"
      "{}.<path or tie>\n    its prior: one of {}; default the normal one of calibrate.prior\n",
      kTies, kPriors, prior_forms_in_words());
}

ParameterMap parameter_map_of(const CalibrationSettings& settings) {
  std::vector<FreeParameter> parameters;
  for (const std::string& name : settings.parameters) {
    const auto tie = settings.ties.find(name);
    parameters.push_back({name, tie == settings.ties.end() ? std::vector<std::string>{name} : tie->second});
  }
  for (const TargetSettings* target : own_dispersions(settings))
    parameters.push_back({target->dispersion_name(), {}});
  return ParameterMap(std::move(parameters));
}

Prior prior_of(const CalibrationSettings& settings) {
  std::vector<MarginalPrior> marginals;
  for (const std::string& name : settings.parameters) {
    const auto own = settings.priors.find(name);
    marginals.push_back(own != settings.priors.end()
                            ? own->second
                            : MarginalPrior(PriorKind::normal, {settings.prior.mean, settings.prior.sd}));
  }
  for (const TargetSettings* target : own_dispersions(settings)) {
    const auto own = settings.priors.find(target->dispersion_name());
    marginals.push_back(own != settings.priors.end() ? own->second : target->default_dispersion_prior());
  }
  return Prior(std::move(marginals));
}

}  // namespace starling::app
