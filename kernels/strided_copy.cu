#include <starling/core/dual.hpp>
#include <starling/kernels/for_each_run.cuh>
#include <starling/kernels/strided_copy_math.hpp>

namespace starling::cuda {

template <class Real>
void strided_copy(const Exec& exec, const StridedCopyArgs<Real>& args) {
  for_each_run_cuda(exec, "strided_copy", layout_rows(args.layout), args.layout.extents[3],
                    StridedCopyBody<Real>{args});
}

template void strided_copy(const Exec&, const StridedCopyArgs<float>&);
template void strided_copy(const Exec&, const StridedCopyArgs<double>&);
template void strided_copy(const Exec&, const StridedCopyArgs<Dual<float>>&);
template void strided_copy(const Exec&, const StridedCopyArgs<Dual<double>>&);

}  // namespace starling::cuda
