#include <starling/core/launch.cuh>

#include "arithmetic_sweep.hpp"

namespace starling::cuda {

void arithmetic_sweep(const Exec& exec, const test::ArithmeticSweepArgs& args) {
  for_each_cuda(exec, "arithmetic_sweep", args.n, test::ArithmeticSweepBody{args});
}

}  // namespace starling::cuda
