#pragma once

#include <starling/core/macros.hpp>

namespace starling {

/// How an adjoint kernel treats the memory it writes: `=` for the first contribution to an adjoint, which
/// saves clearing the memory before, `+=` for the later ones.
enum class GradientMode { overwrite, accumulate };

template <class Real>
STARLING_HD inline void store_gradient(GradientMode mode, Real& adjoint, Real contribution) {
  adjoint = mode == GradientMode::accumulate ? adjoint + contribution : contribution;
}

}  // namespace starling
