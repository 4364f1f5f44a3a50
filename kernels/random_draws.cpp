#include <starling/kernels/for_each_element.hpp>
#include <starling/kernels/random_draws_math.hpp>

namespace starling::cpu {

template <class Real>
void random_draws(const Exec& exec, const RandomDrawsArgs<Real>& args) {
  for_each_element_cpu(exec, args.n, RandomDrawsBody<Real>{args});
}

template void random_draws(const Exec&, const RandomDrawsArgs<float>&);
template void random_draws(const Exec&, const RandomDrawsArgs<double>&);
template void random_draws(const Exec&, const RandomDrawsArgs<Dual<float>>&);
template void random_draws(const Exec&, const RandomDrawsArgs<Dual<double>>&);

}  // namespace starling::cpu
