#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>

namespace starling {

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019, arXiv:1711.05101), one fused pass:
///   m = beta1 m + (1 - beta1) g          v = beta2 v + (1 - beta2) g^2
///   p = p - rate (m / (1 - beta1^step) / (sqrt(v / (1 - beta2^step)) + epsilon) + weight_decay p)
template <class Real>
struct AdamwArgs {
  std::int64_t n;
  std::int64_t step;  // 1 for the first update
  double learning_rate;
  double beta1;
  double beta2;
  double epsilon;
  double weight_decay;
  const Real* gradient;  // [n]
  Real* parameters;      // [n]
  Real* first_moment;    // [n], 0 before the first update
  Real* second_moment;   // [n], 0 before the first update
};

namespace cpu {
template <class Real>
void adamw(const Exec& exec, const AdamwArgs<Real>& args);
}

namespace cuda {
template <class Real>
void adamw(const Exec& exec, const AdamwArgs<Real>& args);
}

namespace kernels {

template <class Real>
inline constexpr Kernel<AdamwArgs<Real>> adamw{
    "adamw", &cpu::adamw<Real>, STARLING_CUDA_KERNEL(cuda::adamw<Real>),
    [](const AdamwArgs<Real>& args) { return 7 * args.n * static_cast<std::int64_t>(sizeof(Real)); }};

}  // namespace kernels

}  // namespace starling
