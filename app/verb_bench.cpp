#include <cstdio>

#include <starling/app/benches.hpp>
#include <starling/app/verbs.hpp>
#include <starling/core/error.hpp>

namespace starling::app {

namespace {

std::vector<BenchRecord> records_of(const Invocation& invocation, const Exec& exec,
                                    const BenchOptions& options) {
  if (invocation.bench == "copy") return bench_copy(exec, options);
  if (invocation.bench == "kernels") return bench_kernels(exec, options);
  if (invocation.bench == "tape") return bench_tape(exec, options);
  if (invocation.bench == "flow") return bench_flow(exec, options);
  if (invocation.configuration_file.empty())
    throw InputError("bench epidemic: no configuration, expected one: starling bench epidemic CONFIG.toml");
  return bench_epidemic(exec, options, invocation,
                        read_configuration(invocation.configuration_file, invocation.overrides));
}

}  // namespace

void run_bench(const Invocation& invocation) {
  const Exec exec = make_exec(invocation);
  const BenchOptions options{invocation.repeats, invocation.commit};
  const std::vector<BenchRecord> records = records_of(invocation, exec, options);
  // The ceiling comes last: its arrays would raise the peak.
  const bool bound_by_memory = invocation.bench != "tape" && invocation.bench != "flow";
  const double ceiling = bound_by_memory ? copy_bytes_per_second(exec) : 0.0;
  for (const BenchRecord& record : records) std::puts(to_json_line(record, exec, ceiling, options).c_str());
}

}  // namespace starling::app
