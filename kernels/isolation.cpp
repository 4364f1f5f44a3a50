#include <starling/core/launch.hpp>
#include <starling/kernels/isolation.hpp>
#include <starling/kernels/isolation_math.hpp>

namespace starling::cpu {

void isolation(const Exec& exec, const IsolationArgs& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, IsolationBody{args});
}

void home_isolation(const Exec& exec, const HomeIsolationArgs& args) {
  for_each_row_cpu(exec, args.homes, args.lanes, HomeIsolationBody{args});
}

void joined_isolation(const Exec& exec, const JoinedIsolationArgs& args) {
  for_each_row_cpu(exec, args.agents, args.lanes, JoinedIsolationBody{args});
}

}  // namespace starling::cpu
