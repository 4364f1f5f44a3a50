#pragma once

#include <cstdint>

#include <starling/core/dual.hpp>
#include <starling/core/kernel.hpp>
#include <starling/core/random.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// y[i] ~ Gamma(alpha[i], scale 1), by Marsaglia and Tsang's rejection (2000), for alpha < 1 from a draw of
/// alpha + 1 times u^(1 / alpha). The words of attempt k are block k + 1 of element i of the stream, so that
/// a draw does not depend on the others. Never 0: a draw below the smallest normal number is that number. NaN
/// where alpha is not a positive number.
///
/// On Dual numbers the derivative is the one of the adjoint below times that of alpha.
template <class Real>
struct GammaDrawsArgs {
  std::int64_t n;  // at most 2^32
  RandomStream stream;
  const Real* alpha;  // [n]
  Real* y;            // [n]
};

/// alpha_adj = dy/dalpha y_adj at a fixed level of the distribution function, dy/dalpha = -(dF(y;
/// alpha)/dalpha) / f(y; alpha): implicit reparameterisation (Figurnov, Mohamed and Mnih 2018). The slope is
/// a constant of the adjoint: on Dual numbers alpha_adj carries slope times the derivative of y_adj and
/// nothing of its own second derivative.
template <class Real>
struct GammaDrawsAdjointArgs {
  std::int64_t n;
  const Real* alpha;  // [n]
  const Real* y;      // [n]
  const Real* y_adj;  // [n]
  Real* alpha_adj;    // [n]
  GradientMode mode;
};

namespace cpu {
template <class Real>
void gamma_draws(const Exec& exec, const GammaDrawsArgs<Real>& args);
template <class Real>
void gamma_draws_adjoint(const Exec& exec, const GammaDrawsAdjointArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void gamma_draws(const Exec& exec, const GammaDrawsArgs<Real>& args);
template <class Real>
void gamma_draws_adjoint(const Exec& exec, const GammaDrawsAdjointArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<GammaDrawsArgs<Real>> gamma_draws{
    "gamma_draws", &cpu::gamma_draws<Real>, STARLING_CUDA_KERNEL(cuda::gamma_draws<Real>),
    [](const GammaDrawsArgs<Real>& args) { return 2 * args.n * static_cast<std::int64_t>(sizeof(Real)); }};

template <class Real>
inline constexpr Kernel<GammaDrawsAdjointArgs<Real>> gamma_draws_adjoint{
    "gamma_draws_adjoint", &cpu::gamma_draws_adjoint<Real>,
    STARLING_CUDA_KERNEL(cuda::gamma_draws_adjoint<Real>), [](const GammaDrawsAdjointArgs<Real>& args) {
      const std::int64_t passes = args.mode == GradientMode::accumulate ? 5 : 4;
      return passes * args.n * static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
