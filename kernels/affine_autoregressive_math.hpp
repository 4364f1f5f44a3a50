#pragma once

#include <cmath>

#include <starling/core/macros.hpp>
#include <starling/kernels/affine_autoregressive.hpp>

namespace starling {

/// ln 100: the largest |log s| of the bounded exponential.
inline constexpr double kLargestLogScale = 4.605170185988092;
/// sigmoid(u + 2) + 0.001
inline constexpr double kSigmoidShift = 2.0;
inline constexpr double kSigmoidFloor = 1e-3;

template <class Real>
struct Scale {
  Real value;
  Real log;
  Real log_slope;  // d log s / du
};

template <class Real>
STARLING_HD inline Scale<Real> scale_of(ScaleKind kind, Real u) {
  if (kind == ScaleKind::bounded_exponential) {
    const Real bend = Real(1) / (Real(1) + std::abs(u) * Real(1.0 / kLargestLogScale));
    const Real log_scale = u * bend;
    return {std::exp(log_scale), log_scale, bend * bend};
  }
  const Real v = u + Real(kSigmoidShift);
  const Real e = std::exp(-std::abs(v));
  const Real lower = e / (Real(1) + e);
  const Real upper = Real(1) / (Real(1) + e);
  const Real value = (v >= Real(0) ? upper : lower) + Real(kSigmoidFloor);
  return {value, std::log(value), lower * upper / value};
}

template <class Real>
struct AffineAutoregressiveBody {
  AffineAutoregressiveArgs<Real> args;
  STARLING_HD void operator()(std::int64_t row) const {
    Real log_det = Real(0);
    for (std::int64_t i = row * args.dimensions; i < (row + 1) * args.dimensions; ++i) {
      const Scale<Real> s = scale_of(args.scale, args.conditioner[2 * i]);
      args.x[i] = s.value * args.z[i] + args.conditioner[2 * i + 1];
      log_det += s.log;
    }
    args.log_det[row] = log_det;
  }
};

template <class Real>
struct AffineAutoregressiveAdjointBody {
  AffineAutoregressiveAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t row) const {
    const Real log_det_adj = args.log_det_adj[row];
    for (std::int64_t i = row * args.dimensions; i < (row + 1) * args.dimensions; ++i) {
      const Scale<Real> s = scale_of(args.scale, args.conditioner[2 * i]);
      const Real x_adj = args.x_adj[i];
      const Real z_adj = s.value * x_adj;
      if (args.conditioner_adj != nullptr) {
        const Real u_adj = s.log_slope * (z_adj * args.z[i] + log_det_adj);
        store_gradient(args.conditioner_mode, args.conditioner_adj[2 * i], u_adj);
        store_gradient(args.conditioner_mode, args.conditioner_adj[2 * i + 1], x_adj);
      }
      if (args.z_adj != nullptr) store_gradient(args.z_mode, args.z_adj[i], z_adj);
    }
  }
};

template <class Real>
struct AffineAutoregressiveInverseBody {
  AffineAutoregressiveInverseArgs<Real> args;
  STARLING_HD void operator()(std::int64_t row) const {
    Real log_det = Real(0);
    for (std::int64_t d = 0; d < args.dimensions; ++d) {
      const std::int64_t i = row * args.dimensions + d;
      // What the conditioner says about the other dimensions is not yet meant.
      if (d >= args.known) {
        args.z[i] = Real(0);
        continue;
      }
      const Scale<Real> s = scale_of(args.scale, args.conditioner[2 * i]);
      args.z[i] = (args.x[i] - args.conditioner[2 * i + 1]) / s.value;
      log_det -= s.log;
    }
    args.log_det[row] = log_det;
  }
};

template <class Real>
struct AffineAutoregressiveInverseAdjointBody {
  AffineAutoregressiveInverseAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t row) const {
    for (std::int64_t d = 0; d < args.dimensions; ++d) {
      const std::int64_t i = row * args.dimensions + d;
      Real x_adj = Real(0);
      Real u_adj = Real(0);
      if (d < args.known) {
        const Scale<Real> s = scale_of(args.scale, args.conditioner[2 * i]);
        x_adj = args.z_adj[i] / s.value;
        u_adj = -s.log_slope * (args.z[i] * args.z_adj[i] + args.log_det_adj[row]);
      }
      if (args.conditioner_adj != nullptr) {
        store_gradient(args.conditioner_mode, args.conditioner_adj[2 * i], u_adj);
        store_gradient(args.conditioner_mode, args.conditioner_adj[2 * i + 1], -x_adj);
      }
      if (args.x_adj != nullptr) store_gradient(args.x_mode, args.x_adj[i], x_adj);
    }
  }
};

}  // namespace starling
