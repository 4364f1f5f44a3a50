#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <starling/abm/epidemic_settings.hpp>
#include <starling/abm/series.hpp>
#include <starling/app/policy_tables.hpp>
#include <starling/inference/calibration_settings.hpp>

namespace starling::app {

/// Section [population].
struct PopulationSection {
  std::string source = "synthetic";  // synthetic, june, file or csv
  std::string file;                  // of june and file; the folder of csv
  int leisure_nearest = 1;           // of june: super areas in a leisure catchment
  std::vector<std::string> areas{"Camden"};
  double scale = 1.0;
  std::uint64_t seed = 1;
};

/// Section [simulate].
struct SimulateSection {
  int samples = 8;
};

/// Section [outputs].
struct OutputsSection {
  std::vector<Quantity> quantities{std::nullopt, Outcome::death};
  std::vector<std::string> by{"age"};
  bool sampled_outcomes = false;
  bool networks = false;  // where infections happen
};

/// Section [sensitivity].
struct SensitivitySection {
  std::vector<std::string> methods{"local"};
  std::vector<std::string> outcomes{"cases",      "deaths",      "peak_day",
                                    "peak_cases", "attack_rate", "network_shares"};
  std::vector<std::string> reproduction_at;      // ISO dates; empty: every seventh day
  std::vector<std::string> reproduction_window;  // ISO dates, the second exclusive; empty: the run
  std::string restrict_from;            // ISO date from which contacts are restricted; empty: no such table
  std::vector<std::string> restricted;  // networks; empty: all
  std::string at = "configured";        // "configured", "prior" or the path of a posterior.csv
  int replicates = 64;                  // runs of each point of a difference
  double step = 0.05;                   // of local differences, in units of the parameter
  int rows = 256;                       // of the design of sobol and dgsm
  int trajectories = 32;                // of morris
};

/// Everything a configuration file says, defaults filled in. Networks stand in the order of the file.
struct Configuration {
  std::filesystem::path file;
  PopulationSection population;
  EpidemicSettings epidemic;
  GradientSettings gradient;
  CalibrationSettings calibrate;
  SimulateSection simulate;
  SensitivitySection sensitivity;
  std::map<std::string, std::string>
      attendance;                       // by network, as written; the tables are in epidemic.networks
  std::string imports;                  // path of the table of epidemic.imports, or empty
  std::vector<PolicySection> policies;  // as written; what they mean is in epidemic.policies
  OutputsSection outputs;
};

/// Reads a TOML file; each override is "key=value" and wins over the file. A relative path of a file is
/// resolved against the configuration's folder, or against the working directory when it comes from an
/// override.
/// Throws InputError naming file, line, key, value and what is allowed; for an unknown key, the nearest known
/// one.
Configuration read_configuration(const std::filesystem::path& file, std::span<const std::string> overrides);

/// Throws InputError unless at least one network is configured.
void require_networks(const Configuration& configuration);
/// Throws InputError unless there is something to calibrate, every parameter is one that can be, and priors
/// of structural numbers (app/structural_numbers.hpp) lie in what their keys allow.
void require_calibration(const Configuration& configuration);

/// Configuration paths that calibrate.parameters may name and that can differ between the lanes of one
/// simulator: one per network, the seed fraction, and the numbers of the policies. Throws InputError for
/// policies that cannot act.
std::vector<std::string> parameter_paths(const Configuration& configuration);

/// The configured value of a path that can be calibrated; throws InputError for any other.
double value_of_parameter(const Configuration& configuration, std::string_view path);

/// Every key with the value in use, as text, in the order of the key table.
std::vector<std::pair<std::string, std::string>> describe(const Configuration& configuration);

/// The configuration in use as one JSON object, nested like the file.
std::string to_json(const Configuration& configuration);

/// One line per known key: name, what is allowed, default, meaning.
std::string describe_keys();

}  // namespace starling::app
