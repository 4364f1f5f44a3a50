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
  std::int64_t of[3];
};

/// Where the operands of element i lie.
template <int operands>
STARLING_HD inline OperandOffsets operand_offsets(const BroadcastLayout& layout, std::int64_t i) {
  OperandOffsets offsets{};
  for (int axis = layout.rank - 1; axis > 0; --axis) {
    const std::int64_t quotient = i / layout.extents[static_cast<std::size_t>(axis)];
    const std::int64_t position = i - quotient * layout.extents[static_cast<std::size_t>(axis)];
    for (int o = 0; o < operands; ++o)
      offsets.of[o] += position * layout.strides[static_cast<std::size_t>(o)][static_cast<std::size_t>(axis)];
    i = quotient;
  }
  for (int o = 0; o < operands; ++o) offsets.of[o] += i * layout.strides[static_cast<std::size_t>(o)][0];
  return offsets;
}

/// `contiguous`: see BroadcastLayout; such a loop vectorises.
template <class Operation, class Real, bool contiguous>
struct BinaryBody {
  BinaryArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    if constexpr (contiguous) {
      args.y[i] = Operation::value(args.a[i], args.b[i]);
    } else {
      const OperandOffsets at = operand_offsets<2>(args.layout, i);
      args.y[i] = Operation::value(args.a[at.of[0]], args.b[at.of[1]]);
    }
  }
};

template <class Operation, class Real, bool contiguous>
struct BinaryAdjointBody {
  BinaryAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    OperandOffsets at{{i, i, i}};
    if constexpr (!contiguous) at = operand_offsets<2>(args.layout, i);
    const Real slope = Operation::slope(args.operand, args.a[at.of[0]], args.b[at.of[1]]);
    store_gradient(args.mode, args.operand_adj[i], slope * args.y_adj[i]);
  }
};

template <class Real>
struct WhereBody {
  WhereArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    const OperandOffsets at = operand_offsets<3>(args.layout, i);
    // A choice, not a product: the operand that is not taken may be NaN.
    args.y[i] = plain(args.condition[at.of[0]]) != 0 ? args.a[at.of[1]] : args.b[at.of[2]];
  }
};

template <class Real>
struct WhereAdjointBody {
  WhereAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t i) const {
    const OperandOffsets at = operand_offsets<1>(args.layout, i);
    const bool a_taken = plain(args.condition[at.of[0]]) != 0;
    const bool taken = (args.operand == Operand::a) == a_taken;
    store_gradient(args.mode, args.operand_adj[i], taken ? args.y_adj[i] : Real(0));
  }
};

/// Calls visit(BinaryBody or BinaryAdjointBody) of the arguments' operation and layout.
template <template <class, class, bool> class Body, class Real, class Args, class Visit>
void with_binary_body(const Args& args, const Visit& visit) {
  with_operation(args.operation, [&]<class Operation>(Operation) {
    if (args.layout.contiguous()) return visit(Body<Operation, Real, true>{args});
    visit(Body<Operation, Real, false>{args});
  });
}

}  // namespace starling
