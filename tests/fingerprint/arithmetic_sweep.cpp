#include "arithmetic_sweep.hpp"

#include <starling/core/launch.hpp>

namespace starling::cpu {

void arithmetic_sweep(const Exec& exec, const test::ArithmeticSweepArgs& args) {
  for_each_cpu(exec, args.n, test::ArithmeticSweepBody{args});
}

}  // namespace starling::cpu
