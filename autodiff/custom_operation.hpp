#pragma once

#include <functional>
#include <span>

#include <starling/core/exec.hpp>

namespace starling {

/// An operation of the user's own. Pointers are memory of the execution context; arrays are contiguous.
template <class Real>
struct CustomOperation {
  /// Writes the output.
  std::function<void(const Exec&, std::span<const Real* const> inputs, Real* output)> forward;
  /// Adds the contribution of output_adj to inputs_adj[i]; null where it is not wanted.
  std::function<void(const Exec&, std::span<const Real* const> inputs, const Real* output,
                     const Real* output_adj, std::span<Real* const> inputs_adj)>
      adjoint;
  /// Writes the derivative of the output along inputs_tangent. Needed by forward mode only.
  std::function<void(const Exec&, std::span<const Real* const> inputs, const Real* output,
                     std::span<const Real* const> inputs_tangent, Real* output_tangent)>
      tangent{};
};

}  // namespace starling
