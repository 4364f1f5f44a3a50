#pragma once

#include <starling/core/macros.hpp>
#include <starling/kernels/elementwise_operations.hpp>

namespace starling {

template <class Operation, class Real>
struct UnaryBody {
  UnaryArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    args.y[i] = Operation::value(args.x[i], args.a, args.b);
  }
};

template <class Operation, class Real>
struct UnaryAdjointBody {
  UnaryAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    const Real slope = Operation::slope(args.x[i], args.y[i], args.a, args.b);
    store_gradient(args.mode, args.x_adj[i], slope * args.y_adj[i]);
  }
};

struct OperandOffsets {
  std::int64_t a;
  std::int64_t b;
};

/// Where the operands of element i lie.
STARLING_HD inline OperandOffsets operand_offsets(const BroadcastLayout& layout, std::int64_t i) {
  OperandOffsets offsets{0, 0};
  for (int axis = layout.rank - 1; axis > 0; --axis) {
    const std::int64_t quotient = i / layout.extents[static_cast<std::size_t>(axis)];
    const std::int64_t position = i - quotient * layout.extents[static_cast<std::size_t>(axis)];
    offsets.a += position * layout.a_strides[static_cast<std::size_t>(axis)];
    offsets.b += position * layout.b_strides[static_cast<std::size_t>(axis)];
    i = quotient;
  }
  offsets.a += i * layout.a_strides[0];
  offsets.b += i * layout.b_strides[0];
  return offsets;
}

template <class Operation, class Real>
struct BinaryBody {
  BinaryArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    const OperandOffsets at = operand_offsets(args.layout, i);
    args.y[i] = Operation::value(args.a[at.a], args.b[at.b]);
  }
};

template <class Operation, class Real>
struct BinaryAdjointBody {
  BinaryAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    const OperandOffsets at = operand_offsets(args.layout, i);
    const Real slope = Operation::slope(args.operand, args.a[at.a], args.b[at.b]);
    store_gradient(args.mode, args.operand_adj[i], slope * args.y_adj[i]);
  }
};

}  // namespace starling
