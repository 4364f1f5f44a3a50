#include <starling/kernels/class_mixing_tangent.hpp>
#include <starling/kernels/class_mixing_tangent_math.hpp>
#include <starling/kernels/for_each_tile.hpp>

namespace starling::cpu {

void class_mixing_tangent(const Exec& exec, const ClassMixingTangentArgs& args) {
  for_each_tile_cpu(exec, args.venues, args.columns, ClassMixingTangentBody{args});
}

}  // namespace starling::cpu
