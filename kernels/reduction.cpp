#include <starling/kernels/for_each_element.hpp>
#include <starling/kernels/reduction_math.hpp>

namespace starling {

template <class Real>
std::int64_t reduce_workspace(ReduceOperation operation, const AxisView& view) {
  std::int64_t accumulators = 0;
  for (std::int64_t terms = view.reduced; terms > kReduceChunk;) {
    terms = reduce_chunks(terms);
    accumulators += view.outer * terms * view.inner;
  }
  std::int64_t bytes = 0;
  with_reduction<Real>(
      {.operation = operation, .view = view, .x = nullptr, .y = nullptr, .workspace = nullptr},
      [&]<class Reduction>(const Reduction&) {
        bytes = accumulators * static_cast<std::int64_t>(sizeof(typename Reduction::Accumulator));
      });
  return bytes;
}

template std::int64_t reduce_workspace<float>(ReduceOperation, const AxisView&);
template std::int64_t reduce_workspace<double>(ReduceOperation, const AxisView&);
template std::int64_t reduce_workspace<Dual<float>>(ReduceOperation, const AxisView&);
template std::int64_t reduce_workspace<Dual<double>>(ReduceOperation, const AxisView&);

}  // namespace starling

namespace starling::cpu {

template <class Real>
void reduce(const Exec& exec, const ReduceArgs<Real>& args) {
  const std::int64_t terms = args.view.reduced < kReduceChunk ? args.view.reduced : kReduceChunk;
  const auto run = [&](std::int64_t n, const auto& body) { for_each_costly_cpu(exec, n, terms, body); };
  with_reduction(args, [&](const auto& reduction) {
    reduce_levels(reduction, reduction, args.view, args.workspace, run, run);
  });
}

template <class Real>
void reduce_adjoint(const Exec& exec, const ReduceAdjointArgs<Real>& args) {
  for_each_element_cpu(exec, args.view.outer * args.view.reduced * args.view.inner,
                       ReduceAdjointBody<Real>{args});
}

#define STARLING_INSTANTIATE(Real)                            \
  template void reduce(const Exec&, const ReduceArgs<Real>&); \
  template void reduce_adjoint(const Exec&, const ReduceAdjointArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling::cpu
