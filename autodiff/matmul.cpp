#include <fmt/format.h>

#include <starling/autodiff/matmul.hpp>
#include <starling/core/error.hpp>
#include <starling/kernels/matmul.hpp>

namespace starling {

namespace {

/// a_adj = y_adj b^T, b_adj = a^T y_adj
template <class Real>
struct MatmulRecord {
  std::int64_t m, k, n;

  void operator()(AdjointContext<Real>& context) const {
    if (context.wanted(0)) {
      const AdjointSlot<Real> a = context.input_adj(0);
      kernels::matmul<Real>(context.exec(), {m, n, k, false, true, context.output_adj(), context.input(1),
                                             a.data, a.mode, workspace(context, m, n, k)});
    }
    if (context.wanted(1)) {
      const AdjointSlot<Real> b = context.input_adj(1);
      kernels::matmul<Real>(context.exec(), {k, m, n, true, false, context.input(0), context.output_adj(),
                                             b.data, b.mode, workspace(context, k, m, n)});
    }
  }

 private:
  static AccumulatorOf<Real>* workspace(AdjointContext<Real>& context, std::int64_t rows, std::int64_t depth,
                                        std::int64_t columns) {
    return context.template scratch<AccumulatorOf<Real>>(matmul_workspace(rows, depth, columns));
  }
};

}  // namespace

template <class Real>
Var<Real> matmul(Var<Real> a, Var<Real> b) {
  check_rank("matmul", "a", a.shape(), 2, "[m][k]");
  check_rank("matmul", "b", b.shape(), 2, "[k][n]");
  if (a.shape().last() != b.shape().extent(0))
    throw InputError(
        fmt::format("matmul: a has shape {} and b {}: the last extent of a must be the first of b",
                    to_string(a.shape()), to_string(b.shape())));
  Tape<Real>& tape = a.tape();
  const std::int64_t m = a.shape().extent(0);
  const std::int64_t k = a.shape().last();
  const std::int64_t n = b.shape().last();
  const Var<Real> y = tape.output({m, n});
  kernels::matmul<Real>(
      tape.exec(), {m, k, n, false, false, a.data(), b.data(), tape.mutable_data(y), GradientMode::overwrite,
                    tape.template memory<AccumulatorOf<Real>>(matmul_workspace(m, k, n))});
  tape.record(Operation::matmul, {a, b}, {y}, MatmulRecord<Real>{m, k, n});
  return y;
}

template Var<float> matmul(Var<float>, Var<float>);
template Var<double> matmul(Var<double>, Var<double>);
template Var<Dual<float>> matmul(Var<Dual<float>>, Var<Dual<float>>);
template Var<Dual<double>> matmul(Var<Dual<double>>, Var<Dual<double>>);

}  // namespace starling
