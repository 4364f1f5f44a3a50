#include <starling/core/launch.cuh>
#include <starling/kernels/random_draws_math.hpp>

namespace starling::cuda {

template <class Real>
void random_draws(const Exec& exec, const RandomDrawsArgs<Real>& args) {
  for_each_cuda(exec, "random_draws", args.n, RandomDrawsBody<Real>{args});
}

template void random_draws(const Exec&, const RandomDrawsArgs<float>&);
template void random_draws(const Exec&, const RandomDrawsArgs<double>&);
template void random_draws(const Exec&, const RandomDrawsArgs<Dual<float>>&);
template void random_draws(const Exec&, const RandomDrawsArgs<Dual<double>>&);

}  // namespace starling::cuda
