#include <starling/core/dual.hpp>
#include <starling/kernels/for_each_run.hpp>
#include <starling/kernels/gather_rows_math.hpp>

namespace starling::cpu {

template <class Real>
void gather_rows(const Exec& exec, const GatherRowsArgs<Real>& args) {
  for_each_run_cpu(exec, args.entries, args.inner, GatherRowsBody<Real>{args});
}

template void gather_rows(const Exec&, const GatherRowsArgs<float>&);
template void gather_rows(const Exec&, const GatherRowsArgs<double>&);
template void gather_rows(const Exec&, const GatherRowsArgs<Dual<float>>&);
template void gather_rows(const Exec&, const GatherRowsArgs<Dual<double>>&);

}  // namespace starling::cpu
