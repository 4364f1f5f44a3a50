#include <cstdio>

#include <fmt/format.h>

#include <starling/app/benches.hpp>
#include <starling/app/verbs.hpp>
#include <starling/core/error.hpp>

namespace starling::app {

namespace {

Configuration configuration_of(const Invocation& invocation) {
  if (invocation.configuration_file.empty())
    throw InputError(fmt::format("bench {0}: no configuration, expected one: starling bench {0} CONFIG.toml",
                                 invocation.bench));
  return read_configuration(invocation.configuration_file, invocation.overrides);
}

std::vector<BenchRecord> records_of(const Invocation& invocation, const Exec& exec,
                                    const BenchOptions& options) {
  if (invocation.bench == "copy") return bench_copy(exec, options);
  if (invocation.bench == "kernels") return bench_kernels(exec, options);
  if (invocation.bench == "tape") return bench_tape(exec, options);
  if (invocation.bench == "flow") return bench_flow(exec, options);
  return bench_epidemic(exec, options, invocation, configuration_of(invocation));
}

}  // namespace

void run_bench(const Invocation& invocation) {
  const Exec exec = make_exec(invocation);
  if (invocation.bench == "gradient_truth")
    return bench_gradient_truth(exec, invocation, configuration_of(invocation));
  if (invocation.bench == "calibration")
    return bench_calibration(exec, invocation, configuration_of(invocation));
  const BenchOptions options{invocation.repeats, invocation.commit};
  const std::vector<BenchRecord> records = records_of(invocation, exec, options);
  // The ceiling comes last: its arrays would raise the peak.
  const bool bound_by_memory = invocation.bench != "tape" && invocation.bench != "flow";
  const double ceiling = bound_by_memory ? copy_bytes_per_second(exec) : 0.0;
  for (const BenchRecord& record : records) std::puts(to_json_line(record, exec, ceiling, options).c_str());
}

}  // namespace starling::app
