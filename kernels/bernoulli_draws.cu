#include <starling/core/launch.cuh>
#include <starling/kernels/bernoulli_draws_math.hpp>

namespace starling::cuda {

template <class Real>
void bernoulli_draws(const Exec& exec, const BernoulliDrawsArgs<Real>& args) {
  for_each_cuda(exec, "bernoulli_draws", args.n, BernoulliDrawsBody<Real>{args});
}

template void bernoulli_draws(const Exec&, const BernoulliDrawsArgs<float>&);
template void bernoulli_draws(const Exec&, const BernoulliDrawsArgs<double>&);
template void bernoulli_draws(const Exec&, const BernoulliDrawsArgs<Dual<float>>&);
template void bernoulli_draws(const Exec&, const BernoulliDrawsArgs<Dual<double>>&);

}  // namespace starling::cuda
