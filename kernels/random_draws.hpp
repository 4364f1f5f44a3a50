#pragma once

#include <cstdint>

#include <starling/core/dual.hpp>
#include <starling/core/kernel.hpp>
#include <starling/core/random.hpp>

namespace starling {

enum class Distribution {
  uniform,   // in (0, 1)
  normal,    // mean 0, variance 1
  logistic,  // log(u / (1 - u))
  gumbel     // -log(-log u), the standard Gumbel distribution of maxima
};

/// y[i] = draw i of the stream, by inversion of one uniform number with 64 random bits: both tails are
/// resolved to 2^-65, and no draw is infinite. Computed in double and rounded: a float draw is the nearest to
/// the double one.
template <class Real>
struct RandomDrawsArgs {
  std::int64_t n;  // at most 2^32
  Distribution distribution;
  RandomStream stream;
  Real* y;  // [n]
};

namespace cpu {
template <class Real>
void random_draws(const Exec& exec, const RandomDrawsArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void random_draws(const Exec& exec, const RandomDrawsArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<RandomDrawsArgs<Real>> random_draws{
    "random_draws", &cpu::random_draws<Real>, STARLING_CUDA_KERNEL(cuda::random_draws<Real>),
    [](const RandomDrawsArgs<Real>& args) { return args.n * static_cast<std::int64_t>(sizeof(Real)); }};

}  // namespace kernels

}  // namespace starling
