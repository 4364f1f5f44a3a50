#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <starling/autodiff/axis.hpp>
#include <starling/autodiff/slicing.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/kernels/strided_copy.hpp>

namespace starling {

namespace {

using Axes = std::array<std::int64_t, Shape::kMaxRank>;

/// Elements between neighbours along each axis of a contiguous array.
Axes strides_of(const Shape& shape) {
  Axes strides{};
  for (int axis = 0; axis < shape.rank(); ++axis)
    strides[static_cast<std::size_t>(axis)] = shape.size_between(axis + 1, shape.rank());
  return strides;
}

/// The walk over a block of `shape`, from strides of each of its axes. Axes that follow on from one another
/// in both arrays become one, which spares the kernel its divisions.
StridedLayout layout_of(const Shape& shape, const Axes& x_strides, const Axes& y_strides) {
  StridedLayout layout;
  std::size_t at = 3;
  layout.x_strides[at] = 1;
  layout.y_strides[at] = 1;
  for (int axis = shape.rank(); axis-- > 0;) {
    const auto i = static_cast<std::size_t>(axis);
    const std::int64_t extent = shape.extent(axis);
    const bool follows_on = x_strides[i] == layout.x_strides[at] * layout.extents[at] &&
                            y_strides[i] == layout.y_strides[at] * layout.extents[at];
    if (extent == 1) continue;
    if (layout.extents[at] != 1 && !follows_on) --at;
    if (layout.extents[at] == 1) {
      layout.x_strides[at] = x_strides[i];
      layout.y_strides[at] = y_strides[i];
    }
    layout.extents[at] *= extent;
  }
  return layout;
}

StridedLayout back(const StridedLayout& layout) {
  return {layout.extents, layout.y_strides, layout.x_strides};
}

/// Clears an adjoint of n elements of which a copy will not reach all.
template <class Real>
AdjointSlot<Real> cleared(const Exec& exec, AdjointSlot<Real> slot, std::int64_t n) {
  if (slot.mode == GradientMode::accumulate) return slot;
  exec.fill_zero(slot.data, n * static_cast<std::int64_t>(sizeof(Real)));
  return {slot.data, GradientMode::accumulate};
}

}  // namespace

template <class Real>
Var<Real> permute_axes(Var<Real> x, std::span<const int> axes) {
  constexpr const char* place = "permute_axes";
  Tape<Real>& tape = x.tape();
  const Shape from = x.shape();
  check_equal_size(place, "axes", static_cast<std::int64_t>(axes.size()), from.rank());
  const Axes from_strides = strides_of(from);
  Shape to = from;
  Axes x_strides{};
  std::array<bool, Shape::kMaxRank> taken{};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const int axis = axis_from_front(place, from, axes[i]);
    if (std::exchange(taken[static_cast<std::size_t>(axis)], true))
      throw InputError(fmt::format("{}: axes[{}] = {}, expected every axis once", place, i, axes[i]));
    to = to.with(static_cast<int>(i), from.extent(axis));
    x_strides[i] = from_strides[static_cast<std::size_t>(axis)];
  }
  const StridedLayout layout = layout_of(to, x_strides, strides_of(to));
  const Var<Real> y = tape.output(to);
  kernels::strided_copy<Real>(tape.exec(), {layout, x.data(), tape.mutable_data(y), GradientMode::overwrite});
  tape.record(Operation::permute_axes, {x}, {y}, [layout](AdjointContext<Real>& context) {
    const AdjointSlot<Real> slot = context.input_adj(0);
    kernels::strided_copy<Real>(context.exec(), {back(layout), context.output_adj(), slot.data, slot.mode});
  });
  return y;
}

template <class Real>
Var<Real> transpose(Var<Real> x) {
  check_rank("transpose", "x", x.shape(), 2, "[rows][columns]");
  return permute_axes(x, {1, 0});
}

template <class Real>
Var<Real> slice(Var<Real> x, int axis, std::int64_t first, std::int64_t count, std::int64_t step) {
  constexpr const char* place = "slice";
  Tape<Real>& tape = x.tape();
  const Shape from = x.shape();
  const int along = axis_from_front(place, from, axis);
  check_positive(place, "step", static_cast<double>(step));
  if (first < 0 || count < 0 || (count > 0 && first + (count - 1) * step >= from.extent(along)))
    throw InputError(
        fmt::format("{}: {} positions from {} in steps of {} are outside axis {} of x of shape {}", place,
                    count, first, step, axis, to_string(from)));
  const Shape to = from.with(along, count);
  Axes x_strides = strides_of(from);
  const std::int64_t offset = to.size() == 0 ? 0 : first * x_strides[static_cast<std::size_t>(along)];
  x_strides[static_cast<std::size_t>(along)] *= step;
  const StridedLayout layout = layout_of(to, x_strides, strides_of(to));
  const Var<Real> y = tape.output(to);
  kernels::strided_copy<Real>(tape.exec(),
                              {layout, x.data() + offset, tape.mutable_data(y), GradientMode::overwrite});
  tape.record(Operation::slice, {x}, {y}, [layout, offset, from, to](AdjointContext<Real>& context) {
    AdjointSlot<Real> slot = context.input_adj(0);
    if (to != from) slot = cleared(context.exec(), slot, from.size());
    kernels::strided_copy<Real>(context.exec(),
                                {back(layout), context.output_adj(), slot.data + offset, slot.mode});
  });
  return y;
}

namespace {

/// Where part i lies in a concatenation [outer][total].
struct Part {
  std::int64_t first;
  std::int64_t size;
};

StridedLayout layout_of_part(std::int64_t outer, std::int64_t total, const Part& part) {
  return {{1, 1, outer, part.size}, {0, 0, part.size, 1}, {0, 0, total, 1}};
}

template <class Real>
Shape concatenated_shape(std::span<const Var<Real>> parts, int axis) {
  constexpr const char* place = "concatenate";
  check_that(!parts.empty(), place, "no arrays to concatenate");
  const Shape first = parts.front().shape();
  const int along = axis_from_front(place, first, axis);
  std::int64_t extent = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Shape shape = parts[i].shape();
    if (shape.rank() != first.rank() || shape.with(along, 0) != first.with(along, 0))
      throw InputError(fmt::format("{}: array {} of shape {} does not fit {} along axis {}", place, i,
                                   to_string(shape), to_string(first), axis));
    extent += shape.extent(along);
  }
  return first.with(along, extent);
}

}  // namespace

template <class Real>
Var<Real> concatenate(std::span<const Var<Real>> parts, int axis) {
  const Shape shape = concatenated_shape(parts, axis);
  const AxisView view = view_along(shape, axis_from_front("concatenate", shape, axis));
  const std::int64_t total = view.reduced * view.inner;
  Tape<Real>& tape = parts.front().tape();
  const Var<Real> y = tape.output(shape);
  std::vector<Part> places;
  std::int64_t first = 0;
  for (const Var<Real>& part : parts) {
    const Part place{first, view.outer == 0 ? 0 : part.size() / view.outer};
    kernels::strided_copy<Real>(tape.exec(), {layout_of_part(view.outer, total, place), part.data(),
                                              tape.mutable_data(y) + first, GradientMode::overwrite});
    places.push_back(place);
    first += place.size;
  }
  tape.record(Operation::concatenate, parts, {&y, 1},
              [places, outer = view.outer, total](AdjointContext<Real>& context) {
                for (std::size_t i = 0; i < places.size(); ++i) {
                  if (!context.wanted(i)) continue;
                  const AdjointSlot<Real> slot = context.input_adj(i);
                  kernels::strided_copy<Real>(context.exec(),
                                              {back(layout_of_part(outer, total, places[i])),
                                               context.output_adj() + places[i].first, slot.data, slot.mode});
                }
              });
  return y;
}

#define STARLING_INSTANTIATE(Real)                                                    \
  template Var<Real> transpose(Var<Real>);                                            \
  template Var<Real> permute_axes(Var<Real>, std::span<const int>);                   \
  template Var<Real> slice(Var<Real>, int, std::int64_t, std::int64_t, std::int64_t); \
  template Var<Real> concatenate(std::span<const Var<Real>>, int);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling
