#pragma once

#include <cstdint>

#include <starling/core/dual.hpp>
#include <starling/core/kernel.hpp>
#include <starling/core/random.hpp>

namespace starling {

/// y[i] = 1 where u[i] < p[i], else 0; NaN where p[i] is NaN. Straight through: the derivative of y is taken
/// to be that of p, so that on Dual numbers y carries the derivative of p and the adjoint is a copy.
template <class Real>
struct BernoulliDrawsArgs {
  std::int64_t n;  // at most 2^32 where the stream is used
  RandomStream stream;
  const Real* uniforms;  // [n]; null: drawn from the stream
  const Real* p;         // [n]
  Real* y;               // [n]
};

namespace cpu {
template <class Real>
void bernoulli_draws(const Exec& exec, const BernoulliDrawsArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void bernoulli_draws(const Exec& exec, const BernoulliDrawsArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<BernoulliDrawsArgs<Real>> bernoulli_draws{
    "bernoulli_draws", &cpu::bernoulli_draws<Real>, STARLING_CUDA_KERNEL(cuda::bernoulli_draws<Real>),
    [](const BernoulliDrawsArgs<Real>& args) {
      return (args.uniforms == nullptr ? 2 : 3) * args.n * static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
