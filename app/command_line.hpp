#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <starling/core/exec.hpp>

namespace starling::app {

/// What the command line asks for.
struct Invocation {
  std::string verb;   // "population", "simulate", "calibrate", "sensitivity" or "bench"
  std::string bench;  // which one
  std::filesystem::path configuration_file;
  std::filesystem::path output_directory;
  std::filesystem::path data_directory;
  std::string device = "auto";  // "auto", "cpu" or "cuda"
  int threads = 0;              // 0: all cores
  std::uint64_t seed = 1;
  std::vector<std::string> overrides;  // "key=value"
  bool quiet = false;
  bool resume = false;
  int repeats = 7;                 // of a bench
  int seeds = 5;                   // of the bench of calibrations
  std::string commit = "unknown";  // of the program, for the record of a bench
};

/// The benches that `starling bench` knows.
inline constexpr const char* kBenches[] = {"copy",     "kernels",        "tape",       "flow",
                                           "epidemic", "gradient_truth", "calibration"};

/// Nothing when --help, --version or --keys has been answered. Throws InputError for a wrong command line.
std::optional<Invocation> parse_command_line(int argc, const char* const* argv);

/// The execution context that the invocation asks for; "auto" takes CUDA when a device answers.
/// Throws BackendUnavailable for "cuda" without one.
Exec make_exec(const Invocation& invocation);

/// The folder of figures: the environment's STARLING_DATA_DIR, else ../share/starling/data beside an
/// installed program, else the source tree's data/.
std::filesystem::path find_data_directory();

}  // namespace starling::app
