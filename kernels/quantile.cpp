#include <algorithm>
#include <compare>
#include <span>

#include <starling/core/check.hpp>
#include <starling/kernels/for_each_element.hpp>
#include <starling/kernels/quantile_math.hpp>

namespace starling {

template <class Real>
std::int64_t quantile_workspace_bytes([[maybe_unused]] const Exec& exec, std::int64_t n) {
#if defined(STARLING_WITH_CUDA)
  if (exec.backend() == Backend::cuda) return cuda::quantile_workspace_bytes<Real>(exec, n);
#endif
  return cpu::quantile_workspace_bytes<Real>(n);
}

template std::int64_t quantile_workspace_bytes<float>(const Exec&, std::int64_t);
template std::int64_t quantile_workspace_bytes<double>(const Exec&, std::int64_t);
template std::int64_t quantile_workspace_bytes<Dual<float>>(const Exec&, std::int64_t);
template std::int64_t quantile_workspace_bytes<Dual<double>>(const Exec&, std::int64_t);

}  // namespace starling

namespace starling::cpu {

namespace {
template <class Plain>
struct Candidate {
  OrderKey<Plain> key;
  std::int64_t position;
  auto operator<=>(const Candidate&) const = default;  // NOLINT(modernize-use-nullptr): a false alarm
};
}  // namespace

template <class Real>
std::int64_t quantile_workspace_bytes(std::int64_t n) {
  return n * static_cast<std::int64_t>(sizeof(Candidate<PlainOf<Real>>));
}

// Selection, not a sort: linear time on average, and the order of equal values is settled by their positions.
template <class Real>
void quantile(const Exec& exec, const QuantileArgs<Real>& args) {
  check_that(args.workspace_bytes >= quantile_workspace_bytes<Real>(args.n), "quantile",
             "the workspace is smaller than quantile_workspace_bytes() says");
  auto* candidates = static_cast<Candidate<PlainOf<Real>>*>(args.workspace);
  for_each_element_cpu(exec, args.n, [&](std::int64_t i) {
    candidates[i] = {order_key(plain(args.x[i])), i};
  });
  auto* lower = candidates + args.place.lower;
  std::nth_element(candidates, lower, candidates + args.n);
  const auto* upper =
      args.place.upper == args.place.lower ? lower : std::min_element(lower + 1, candidates + args.n);
  write_quantile(args, lower->position, upper->position);
}

template <class Real>
void quantile_adjoint(const Exec& exec, const QuantileAdjointArgs<Real>& args) {
  if (args.mode == GradientMode::overwrite)
    for_each_element_cpu(exec, args.n, QuantileAdjointBody<Real>{args});
  else
    QuantileAccumulateBody<Real>{args}(0);
}

#define STARLING_INSTANTIATE(Real)                                    \
  template std::int64_t quantile_workspace_bytes<Real>(std::int64_t); \
  template void quantile(const Exec&, const QuantileArgs<Real>&);     \
  template void quantile_adjoint(const Exec&, const QuantileAdjointArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling::cpu
