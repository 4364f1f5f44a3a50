#include <starling/kernels/bernoulli_draws_math.hpp>
#include <starling/kernels/for_each_element.hpp>

namespace starling::cpu {

template <class Real>
void bernoulli_draws(const Exec& exec, const BernoulliDrawsArgs<Real>& args) {
  for_each_element_cpu(exec, args.n, BernoulliDrawsBody<Real>{args});
}

template void bernoulli_draws(const Exec&, const BernoulliDrawsArgs<float>&);
template void bernoulli_draws(const Exec&, const BernoulliDrawsArgs<double>&);
template void bernoulli_draws(const Exec&, const BernoulliDrawsArgs<Dual<float>>&);
template void bernoulli_draws(const Exec&, const BernoulliDrawsArgs<Dual<double>>&);

}  // namespace starling::cpu
