#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>

#include <starling/autodiff/tape.hpp>

namespace starling {

/// Elements in another order or a part of them, copied. Axes count from the front, negative ones from the
/// last, -1. Arguments that do not fit a shape throw InputError with the shape.

/// x[rows][columns] to [columns][rows].
template <class Real>
Var<Real> transpose(Var<Real> x);
/// Axis i of the result is axis axes[i] of x; `axes` names every axis once.
template <class Real>
Var<Real> permute_axes(Var<Real> x, std::span<const int> axes);
template <class Real>
Var<Real> permute_axes(Var<Real> x, std::initializer_list<int> axes) {
  return permute_axes(x, std::span<const int>(axes.begin(), axes.size()));
}
/// Positions first, first + step, … along an axis, `count` of them.
template <class Real>
Var<Real> slice(Var<Real> x, int axis, std::int64_t first, std::int64_t count, std::int64_t step = 1);
/// The arrays one after the other along an axis; their other extents must agree.
template <class Real>
Var<Real> concatenate(std::span<const Var<Real>> parts, int axis);
template <class Real>
Var<Real> concatenate(std::initializer_list<Var<Real>> parts, int axis) {
  return concatenate(std::span<const Var<Real>>(parts.begin(), parts.size()), axis);
}

}  // namespace starling
