#include <starling/core/launch.cuh>
#include <starling/kernels/isolation.hpp>
#include <starling/kernels/isolation_math.hpp>

namespace starling::cuda {

void isolation(const Exec& exec, const IsolationArgs& args) {
  for_each_row_cuda(exec, "isolation", args.agents, args.lanes, IsolationBody{args});
}

void home_isolation(const Exec& exec, const HomeIsolationArgs& args) {
  for_each_row_cuda(exec, "home_isolation", args.homes, args.lanes, HomeIsolationBody{args});
}

void joined_isolation(const Exec& exec, const JoinedIsolationArgs& args) {
  for_each_row_cuda(exec, "joined_isolation", args.agents, args.lanes, JoinedIsolationBody{args});
}

}  // namespace starling::cuda
