#pragma once

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <starling/app/toml_entries.hpp>
#include <starling/inference/calibration_settings.hpp>
#include <starling/inference/parameter_map.hpp>
#include <starling/inference/prior.hpp>

namespace starling::app {

/// The tables of [calibrate] whose keys are names of the user's:
///   [calibrate.ties]     leisure = ["networks.pub.log10_beta", "networks.gym.log10_beta"]
///   [calibrate.priors]   leisure = "normal(0, 1)"
///                        "networks.household.log10_beta" = "uniform(-1, 2)"

/// Applies an entry of one of these tables; false for other entries. Throws InputError naming the place, the
/// key, the value and what is allowed.
bool apply_calibration_table(CalibrationSettings& settings, const TomlEntry& entry);

/// What calibrate.parameters, ties and priors may name.
struct CalibratablePaths {
  std::vector<std::string> of_lanes;    // listed in messages
  std::vector<std::string> structural;  // too many for that
  /// Why a path is in neither list, in words that can follow it.
  std::function<std::string(const std::string&)> why_not;

  [[nodiscard]] bool contains(const std::string& path) const;
};

/// Throws InputError, which starts with `file`, unless every parameter is one of `paths` or a tie of some of
/// them, every path is taken once at most, and every prior belongs to a path or a tie.
void check_calibration_tables(const CalibrationSettings& settings, const CalibratablePaths& paths,
                              const std::string& file);

/// Every entry with its path, as the file would hold it.
std::vector<std::pair<std::string, ConfigurationValue>> calibration_table_entries(
    const CalibrationSettings& settings);

/// Lines for describe_keys().
std::string describe_calibration_tables();

/// The calibrated parameters with the paths they set, and after them log k of every target that calibrates
/// its dispersion.
ParameterMap parameter_map_of(const CalibrationSettings& settings);

/// The prior of every calibrated parameter: its own, or else the normal one of calibrate.prior (of a
/// dispersion, the target's default).
Prior prior_of(const CalibrationSettings& settings);

}  // namespace starling::app
