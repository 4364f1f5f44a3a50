#pragma once

#include <starling/autodiff/tape.hpp>
#include <starling/kernels/affine_autoregressive.hpp>

namespace starling {

/// Result of one transformation of a flow: arrays [rows][dimensions] and log |det| of the step just taken
/// [rows].
struct Transformed {
  Var<double> x;
  Var<double> log_det;
};

/// x_i = s(u_i) z_i + m_i with `conditioner` [rows][2 dimensions] = u_1, m_1, u_2, m_2, …
Transformed affine_autoregressive(Var<double> z, Var<double> conditioner, ScaleKind scale);

/// z_i = (x_i - m_i) / s(u_i) for the first `known` dimensions, 0 for the others.
Transformed affine_autoregressive_inverse(Var<double> x, Var<double> conditioner, ScaleKind scale,
                                          std::int64_t known);

}  // namespace starling
