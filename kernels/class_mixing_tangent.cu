#include <starling/core/launch.cuh>
#include <starling/kernels/class_mixing_tangent.hpp>
#include <starling/kernels/class_mixing_tangent_math.hpp>

namespace starling::cuda {

void class_mixing_tangent(const Exec& exec, const ClassMixingTangentArgs& args) {
  for_each_row_cuda(exec, "class_mixing_tangent", args.venues, args.columns, ClassMixingTangentBody{args});
}

}  // namespace starling::cuda
