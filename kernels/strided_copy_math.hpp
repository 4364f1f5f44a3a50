#pragma once

#include <starling/core/macros.hpp>
#include <starling/kernels/strided_copy.hpp>

namespace starling {

/// Row r counts the first three axes; columns are the last.
template <class Real>
struct StridedCopyBody {
  StridedCopyArgs<Real> args;
  STARLING_HD void operator()(std::int64_t row, std::int64_t first, std::int64_t end) const {
    const StridedLayout& layout = args.layout;
    const Real* x = args.x;
    Real* y = args.y;
    for (std::size_t axis = 3; axis-- > 0;) {
      const std::int64_t quotient = row / layout.extents[axis];
      const std::int64_t position = row - quotient * layout.extents[axis];
      x += position * layout.x_strides[axis];
      y += position * layout.y_strides[axis];
      row = quotient;
    }
    for (std::int64_t i = first; i < end; ++i)
      store_gradient(args.mode, y[i * layout.y_strides[3]], x[i * layout.x_strides[3]]);
  }
};

}  // namespace starling
