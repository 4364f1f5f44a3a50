#pragma once

#include <initializer_list>
#include <span>
#include <type_traits>

#include <starling/autodiff/computation.hpp>

namespace starling {

/// `function` of the arguments, of which the tape keeps the result only: the reverse pass runs the function
/// again, differentiates it and forgets it. Costs one more forward run and saves all memory in between; the
/// gradient is the same to the last bit.
///
/// The function must give the same result both times: random draws from a stream do, a generator with a state
/// does not. Differentiated arrays reach it as arguments only; InputError names an operation that takes
/// another one.
template <class Real>
Var<Real> checkpoint(std::type_identity_t<Computation<Real>> function, std::span<const Var<Real>> arguments);
template <class Real>
Var<Real> checkpoint(std::type_identity_t<Computation<Real>> function,
                     std::initializer_list<Var<Real>> arguments) {
  return checkpoint<Real>(std::move(function),
                          std::span<const Var<Real>>(arguments.begin(), arguments.size()));
}

}  // namespace starling
