#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <starling/app/command_line.hpp>
#include <starling/app/configuration.hpp>

namespace starling::app {

/// Measures the phases of a run one after the other.
class PhaseClock {
 public:
  /// Ends the phase before, if any, and starts one.
  void start(std::string phase);
  void stop();
  /// Finished phases in order.
  [[nodiscard]] const std::vector<std::pair<std::string, double>>& seconds() const { return seconds_; }
  [[nodiscard]] double seconds_of(const std::string& phase) const;

 private:
  std::vector<std::pair<std::string, double>> seconds_;
  std::string phase_;
  std::chrono::steady_clock::time_point started_;
};

/// What run.json says about a run besides the configuration.
struct RunRecord {
  std::int64_t agents = 0;
  std::int64_t edges = 0;  // memberships
  std::vector<std::pair<std::string, double>> seconds;
  double agent_steps_per_second = 0.0;  // agents x steps x simulations, over the simulating phase
  std::int64_t host_peak_bytes = 0;
  std::int64_t device_peak_bytes = 0;
  std::vector<std::pair<std::string, double>> facts;  // further figures, e.g. {"epochs", 600}
};

/// Largest resident size of this process so far.
std::int64_t host_peak_bytes();

/// The text of run.json: version, verb, device, threads, seed, the record and the configuration in use.
std::string to_json(const RunRecord& record, const Invocation& invocation, const Exec& exec,
                    const Configuration& configuration);

}  // namespace starling::app
