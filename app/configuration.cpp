#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/abm/attendance_csv.hpp>
#include <starling/abm/epidemic_model.hpp>
#include <starling/abm/importation.hpp>
#include <starling/app/calibration_tables.hpp>
#include <starling/app/command_line.hpp>
#include <starling/app/configuration.hpp>
#include <starling/app/configuration_keys.hpp>
#include <starling/app/structural_numbers.hpp>
#include <starling/app/target_keys.hpp>
#include <starling/app/toml_entries.hpp>
#include <starling/core/error.hpp>
#include <starling/core/nearest_name.hpp>

namespace starling::app {
namespace {

constexpr std::string_view kNetworks = "networks.";

/// "networks.household.log10_beta" in two parts; a name without a key, as of an empty table, has key "".
struct NetworkPath {
  std::string name;
  std::string key;
};

std::optional<NetworkPath> split_network_path(const std::string& path) {
  if (!path.starts_with(kNetworks)) return std::nullopt;
  const std::string rest = path.substr(kNetworks.size());
  const std::size_t dot = rest.find('.');
  if (dot == std::string::npos) return NetworkPath{rest, ""};
  return NetworkPath{rest.substr(0, dot), rest.substr(dot + 1)};
}

[[noreturn]] void reject_key(const TomlEntry& entry) {
  std::vector<std::string> known;
  for (const auto& key : configuration_keys()) known.push_back(key.name);
  const std::optional<NetworkPath> network = split_network_path(entry.path);
  for (const auto& key : network_keys())
    known.push_back(fmt::format("networks.{}.{}", network ? network->name : "household", key.name));
  throw InputError(fmt::format("{}: unknown key {}, the nearest known key is {}", entry.place, entry.path,
                               nearest_name(entry.path, known)));
}

template <typename Target>
void assign(const Key<Target>& key, Target& target, const TomlEntry& entry) {
  if (entry.value && key.set(target, *entry.value)) return;
  throw InputError(fmt::format("{}: {} = {}, expected {}", entry.place, entry.path,
                               entry.empty_table ? "an empty table" : entry.text, key.allowed));
}

/// Applies entries in turn, so that overrides, which come last, win.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : folder_(file.parent_path()) {
    configuration_.file = file;
  }

  void apply(const TomlEntry& entry) {
    if (const auto network = split_network_path(entry.path)) {
      apply_to_network(*network, entry);
      return;
    }
    if (apply_policy(configuration_.policies, entry)) return;
    if (apply_calibration_table(configuration_.calibrate, entry)) return;
    if (apply_target_entry(configuration_.calibrate.targets, entry, folder_)) return;
    const auto& keys = configuration_keys();
    const auto key =
        std::find_if(keys.begin(), keys.end(), [&](const auto& k) { return k.name == entry.path; });
    if (key == keys.end()) {
      if (entry.empty_table && is_section(entry.path)) return;
      reject_key(entry);
    }
    assign(*key, configuration_, entry);
    if (key->name == "calibrate.observed" && entry.place != "--set") resolve_observed();
    if (key->name == "epidemic.imports" && !configuration_.imports.empty())
      configuration_.imports = resolved(configuration_.imports, entry).string();
    std::string& at = configuration_.sensitivity.at;
    if (key->name == "sensitivity.at" && at.ends_with(".csv")) at = resolved(at, entry).string();
    std::string& file = configuration_.population.file;
    if (key->name == "population.file") file = resolved(file, entry).string();
  }

  /// A network nobody gave a contact rate is more likely a slip of the pen than a rate of one per day.
  Configuration finish() {
    for (const NetworkSettings& network : configuration_.epidemic.networks) {
      if (!with_rate_.contains(network.name))
        throw InputError(fmt::format("{}: networks.{} has no log10_beta, expected {}",
                                     configuration_.file.string(), network.name,
                                     network_keys().front().allowed));
    }
    check_disease(configuration_.epidemic.disease);
    // What was observed is of all people; a part of them is simulated.
    for (TargetSettings& target : configuration_.calibrate.targets)
      if (!target.own_factor && target.observed != "synthetic")
        target.series.factor = 1.0 / configuration_.population.scale;
    if (!configuration_.imports.empty()) {
      if (configuration_.epidemic.seeding.imports_by.empty())
        throw InputError(
            fmt::format("{}: epidemic.imports needs epidemic.imports_by, the attribute of its categories",
                        configuration_.file.string()));
      configuration_.epidemic.seeding.imports = read_imports(configuration_.imports);
    }
    configuration_.epidemic.policies = policies_of(configuration_.policies);
    return std::move(configuration_);
  }

 private:
  static bool is_section(const std::string& path) {
    return path == "networks" ||
           std::any_of(configuration_keys().begin(), configuration_keys().end(),
                       [&](const auto& key) { return key.name.starts_with(path + "."); });
  }

  void apply_to_network(const NetworkPath& path, const TomlEntry& entry) {
    if (path.key.empty() && !entry.empty_table) reject_key(entry);
    NetworkSettings& network = network_named(path.name);
    if (path.key.empty()) return;
    if (path.key == kAttendanceKey) {
      set_attendance(network, entry);
      return;
    }
    const auto& keys = network_keys();
    const auto key =
        std::find_if(keys.begin(), keys.end(), [&](const auto& k) { return k.name == path.key; });
    if (key == keys.end()) reject_key(entry);
    assign(*key, network, entry);
    if (path.key == "log10_beta") with_rate_.insert(path.name);
  }

  NetworkSettings& network_named(const std::string& name) {
    std::vector<NetworkSettings>& networks = configuration_.epidemic.networks;
    const auto found =
        std::find_if(networks.begin(), networks.end(), [&](const auto& n) { return n.name == name; });
    if (found != networks.end()) return *found;
    networks.push_back({});
    networks.back().name = name;
    networks.back().at_home = name == "household";
    return networks.back();
  }

  /// A probability for all, a file of the user's, or one of the tables that come with the program.
  void set_attendance(NetworkSettings& network, const TomlEntry& entry) {
    std::optional<double> probability;
    const std::string* source = nullptr;
    if (entry.value) {
      if (const auto* real = std::get_if<double>(&*entry.value)) probability = *real;
      if (const auto* whole = std::get_if<std::int64_t>(&*entry.value))
        probability = static_cast<double>(*whole);
      source = std::get_if<std::string>(&*entry.value);
    }
    if (probability && *probability >= 0.0 && *probability <= 1.0) {
      network.attendance = AttendanceTable(*probability);
    } else if (source != nullptr && source->ends_with(".csv")) {
      network.attendance = read_attendance(resolved(*source, entry), network.name);
    } else if (source != nullptr && !source->empty()) {
      network.attendance = read_attendance(find_data_directory() / "attendance" / "leisure.csv", *source);
    } else {
      throw InputError(fmt::format("{}: {} = {}, expected {}", entry.place, entry.path,
                                   entry.empty_table ? "an empty table" : entry.text, kAttendanceAllowed));
    }
    configuration_.attendance[network.name] = entry.text;
  }

  [[nodiscard]] std::filesystem::path resolved(const std::string& path, const TomlEntry& entry) const {
    return entry.place == "--set" ? std::filesystem::path(path) : (folder_ / path).lexically_normal();
  }

  void resolve_observed() {
    std::string& observed = configuration_.calibrate.observed;
    if (observed != "synthetic") observed = (folder_ / observed).lexically_normal().string();
  }

  std::filesystem::path folder_;
  Configuration configuration_;
  std::set<std::string> with_rate_;
};

}  // namespace

Configuration read_configuration(const std::filesystem::path& file, std::span<const std::string> overrides) {
  Reader reader(file);
  for (const TomlEntry& entry : read_toml_entries(file)) reader.apply(entry);
  for (const std::string& override_text : overrides) {
    for (const TomlEntry& entry : read_override(override_text)) reader.apply(entry);
  }
  return reader.finish();
}

void require_networks(const Configuration& configuration) {
  if (configuration.epidemic.networks.empty())
    throw InputError(
        fmt::format("{}: no network is configured, expected a section such as [networks.household]",
                    configuration.file.string()));
}

void require_calibration(const Configuration& configuration) {
  require_networks(configuration);
  CalibratablePaths paths;
  paths.of_lanes = parameter_paths(configuration);
  for (const StructuralNumber& number : structural_numbers(configuration))
    paths.structural.push_back(number.path);
  paths.why_not = [&](const std::string& path) { return why_not_calibrated(configuration, path); };
  check_calibration_tables(configuration.calibrate, paths, configuration.file.string());
  check_structural_numbers(configuration);
}

std::vector<std::string> parameter_paths(const Configuration& configuration) {
  std::vector<std::string> paths;
  for (const EpidemicParameter& parameter : calibratable_parameters(configuration.epidemic))
    paths.push_back(parameter.path);
  return paths;
}

double value_of_parameter(const Configuration& configuration, std::string_view path) {
  for (const EpidemicParameter& parameter : calibratable_parameters(configuration.epidemic))
    if (parameter.path == path) return parameter.configured;
  for (const StructuralNumber& number : structural_numbers(configuration))
    if (number.path == path) return number.configured;
  throw InputError(
      fmt::format("\"{}\" cannot be calibrated: it {}", path, why_not_calibrated(configuration, path)));
}

}  // namespace starling::app
