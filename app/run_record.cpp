#include <cmath>

#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include <starling/app/run_record.hpp>

namespace starling::app {
namespace {

using Json = nlohmann::ordered_json;

/// Whole numbers are written without a decimal point.
Json number_of(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

Json object_of(const std::vector<std::pair<std::string, double>>& entries) {
  Json object = Json::object();
  for (const auto& [name, value] : entries) object[name] = number_of(value);
  return object;
}

}  // namespace

void PhaseClock::start(std::string phase) {
  stop();
  phase_ = std::move(phase);
  started_ = std::chrono::steady_clock::now();
}

void PhaseClock::stop() {
  if (phase_.empty()) return;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started_;
  seconds_.emplace_back(std::move(phase_), elapsed.count());
  phase_.clear();
}

double PhaseClock::seconds_of(const std::string& phase) const {
  double sum = 0.0;
  for (const auto& [name, seconds] : seconds_) sum += name == phase ? seconds : 0.0;
  return sum;
}

std::int64_t host_peak_bytes() {
  struct rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

std::string to_json(const RunRecord& record, const Invocation& invocation, const Exec& exec,
                    const Configuration& configuration) {
  Json root;
  root["version"] = STARLING_VERSION;
  root["verb"] = invocation.verb;
  root["backend"] = to_string(exec.backend());
  root["device"] = exec.device_name();
  root["threads"] = exec.threads();
  root["seed"] = invocation.seed;
  root["agents"] = record.agents;
  root["edges"] = record.edges;
  root["seconds"] = object_of(record.seconds);
  root["agent_steps_per_second"] = record.agent_steps_per_second;
  root["peak_bytes"] = {{"host", record.host_peak_bytes}, {"device", record.device_peak_bytes}};
  root.update(object_of(record.facts));
  root["configuration"] = Json::parse(to_json(configuration));
  return root.dump(2) + "\n";
}

}  // namespace starling::app
