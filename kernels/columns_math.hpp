#pragma once

#include <starling/core/macros.hpp>
#include <starling/kernels/columns.hpp>

namespace starling {

STARLING_HD inline std::int64_t picked_column(const ColumnPick& pick, std::int64_t j) {
  const std::int64_t column = (pick.first + pick.step * j) % pick.columns;
  return column < 0 ? column + pick.columns : column;
}

template <class Real>
struct PickColumnsBody {
  PickColumnsArgs<Real> args;
  STARLING_HD void operator()(std::int64_t row) const {
    const Real* x = args.x + row * args.pick.columns;
    Real* y = args.y + row * args.pick.picked;
    for (std::int64_t j = 0; j < args.pick.picked; ++j) y[j] = x[picked_column(args.pick, j)];
  }
};

template <class Real>
struct PickColumnsAdjointBody {
  PickColumnsAdjointArgs<Real> args;
  STARLING_HD void operator()(std::int64_t row) const {
    Real* x_adj = args.x_adj + row * args.pick.columns;
    const Real* y_adj = args.y_adj + row * args.pick.picked;
    if (args.mode == GradientMode::overwrite)
      for (std::int64_t c = 0; c < args.pick.columns; ++c) x_adj[c] = Real(0);
    for (std::int64_t j = 0; j < args.pick.picked; ++j) x_adj[picked_column(args.pick, j)] += y_adj[j];
  }
};

}  // namespace starling
