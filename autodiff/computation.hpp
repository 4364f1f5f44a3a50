#pragma once

#include <functional>
#include <span>

#include <starling/autodiff/tape.hpp>

namespace starling {

/// A computation on a tape: arguments to one result of any shape.
template <class Real>
using Computation = std::function<Var<Real>(Tape<Real>& tape, std::span<const Var<Real>> arguments)>;

}  // namespace starling
