#pragma once

#include <cstdint>

#include <starling/core/dual.hpp>
#include <starling/core/kernel.hpp>
#include <starling/core/random.hpp>
#include <starling/kernels/gradient_mode.hpp>

namespace starling {

/// What a relaxed draw takes for its value; its derivative is that of the soft one either way (Jang, Gu and
/// Poole 2017; Maddison, Mnih and Teh 2017).
enum class Relaxation { soft, hard };

/// Two classes: z = (log(p / (1 - p)) + noise) / temperature with standard logistic noise, the difference of
/// two Gumbel variables. y = 1 / (1 + e^-z) soft, 1 where z >= 0 hard.
template <class Real>
struct BernoulliGumbelSoftmaxArgs {
  std::int64_t n;  // at most 2^32 where the stream is used
  Real temperature;
  Relaxation relaxation;
  RandomStream stream;
  const Real* noise;  // [n]; null: drawn from the stream
  const Real* p;      // [n], probability of 1
  Real* y;            // [n]
};

/// p_adj = dy/dp y_adj, dy/dp = y (1 - y) / (temperature p (1 - p)) with the soft y, where y (1 - y) =
/// e / (1 + e)^2 of e = e^-|z| keeps its digits in both tails; 0 where that is 0, also at p of 0 and 1.
template <class Real>
struct BernoulliGumbelSoftmaxAdjointArgs {
  std::int64_t n;
  Real temperature;
  RandomStream stream;
  const Real* noise;  // as in the forward pass
  const Real* p;
  const Real* y_adj;  // [n]
  Real* p_adj;        // [n]
  GradientMode mode;
};

/// Several classes: scores s = (logits + noise) / temperature with standard Gumbel noise. y = softmax(s)
/// soft; hard 1 at the largest score, the first of equals, and 0 elsewhere.
template <class Real>
struct CategoricalGumbelSoftmaxArgs {
  std::int64_t rows;
  std::int64_t columns;
  Real temperature;
  Relaxation relaxation;
  RandomStream stream;  // element r columns + c; at most 2^32 of them
  const Real* noise;    // [rows][columns]; null: drawn from the stream
  const Real* logits;   // [rows][columns]
  Real* y;              // [rows][columns]
};

/// logits_adj[r][c] = y[r][c] (y_adj[r][c] - sum over k of y[r][k] y_adj[r][k]) / temperature, y the soft
/// value.
template <class Real>
struct CategoricalGumbelSoftmaxAdjointArgs {
  std::int64_t rows;
  std::int64_t columns;
  Real temperature;
  const Real* soft_y;  // [rows][columns]
  const Real* y_adj;   // [rows][columns]
  Real* logits_adj;    // [rows][columns]
  GradientMode mode;
};

namespace cpu {
template <class Real>
void bernoulli_gumbel_softmax(const Exec& exec, const BernoulliGumbelSoftmaxArgs<Real>& args);
template <class Real>
void bernoulli_gumbel_softmax_adjoint(const Exec& exec, const BernoulliGumbelSoftmaxAdjointArgs<Real>& args);
template <class Real>
void categorical_gumbel_softmax(const Exec& exec, const CategoricalGumbelSoftmaxArgs<Real>& args);
template <class Real>
void categorical_gumbel_softmax_adjoint(const Exec& exec,
                                        const CategoricalGumbelSoftmaxAdjointArgs<Real>& args);
}  // namespace cpu

namespace cuda {
template <class Real>
void bernoulli_gumbel_softmax(const Exec& exec, const BernoulliGumbelSoftmaxArgs<Real>& args);
template <class Real>
void bernoulli_gumbel_softmax_adjoint(const Exec& exec, const BernoulliGumbelSoftmaxAdjointArgs<Real>& args);
template <class Real>
void categorical_gumbel_softmax(const Exec& exec, const CategoricalGumbelSoftmaxArgs<Real>& args);
template <class Real>
void categorical_gumbel_softmax_adjoint(const Exec& exec,
                                        const CategoricalGumbelSoftmaxAdjointArgs<Real>& args);
}  // namespace cuda

namespace kernels {

template <class Real>
inline constexpr Kernel<BernoulliGumbelSoftmaxArgs<Real>> bernoulli_gumbel_softmax{
    "bernoulli_gumbel_softmax", &cpu::bernoulli_gumbel_softmax<Real>,
    STARLING_CUDA_KERNEL(cuda::bernoulli_gumbel_softmax<Real>),
    [](const BernoulliGumbelSoftmaxArgs<Real>& args) {
      return (args.noise == nullptr ? 2 : 3) * args.n * static_cast<std::int64_t>(sizeof(Real));
    }};

template <class Real>
inline constexpr Kernel<BernoulliGumbelSoftmaxAdjointArgs<Real>> bernoulli_gumbel_softmax_adjoint{
    "bernoulli_gumbel_softmax_adjoint", &cpu::bernoulli_gumbel_softmax_adjoint<Real>,
    STARLING_CUDA_KERNEL(cuda::bernoulli_gumbel_softmax_adjoint<Real>),
    [](const BernoulliGumbelSoftmaxAdjointArgs<Real>& args) {
      const std::int64_t passes =
          (args.noise == nullptr ? 3 : 4) + (args.mode == GradientMode::accumulate ? 1 : 0);
      return passes * args.n * static_cast<std::int64_t>(sizeof(Real));
    }};

template <class Real>
inline constexpr Kernel<CategoricalGumbelSoftmaxArgs<Real>> categorical_gumbel_softmax{
    "categorical_gumbel_softmax", &cpu::categorical_gumbel_softmax<Real>,
    STARLING_CUDA_KERNEL(cuda::categorical_gumbel_softmax<Real>),
    [](const CategoricalGumbelSoftmaxArgs<Real>& args) {
      return (args.noise == nullptr ? 2 : 3) * args.rows * args.columns *
             static_cast<std::int64_t>(sizeof(Real));
    }};

template <class Real>
inline constexpr Kernel<CategoricalGumbelSoftmaxAdjointArgs<Real>> categorical_gumbel_softmax_adjoint{
    "categorical_gumbel_softmax_adjoint", &cpu::categorical_gumbel_softmax_adjoint<Real>,
    STARLING_CUDA_KERNEL(cuda::categorical_gumbel_softmax_adjoint<Real>),
    [](const CategoricalGumbelSoftmaxAdjointArgs<Real>& args) {
      const std::int64_t passes = args.mode == GradientMode::accumulate ? 4 : 3;
      return passes * args.rows * args.columns * static_cast<std::int64_t>(sizeof(Real));
    }};

}  // namespace kernels

}  // namespace starling
