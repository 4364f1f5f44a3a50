#include <starling/kernels/adamw_math.hpp>
#include <starling/kernels/for_each_element.hpp>

namespace starling::cpu {

template <class Real>
void adamw(const Exec& exec, const AdamwArgs<Real>& args) {
  for_each_element_cpu(exec, args.n, make_adamw_body(args));
}

template void adamw(const Exec&, const AdamwArgs<float>&);
template void adamw(const Exec&, const AdamwArgs<double>&);

}  // namespace starling::cpu
