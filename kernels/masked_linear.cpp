// GCC 12 takes the deliberately undefined registers of its own AVX-512 intrinsics, inlined here from Eigen,
// for a mistake.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#include <algorithm>

#include <Eigen/Core>

#include <starling/kernels/for_each_element.hpp>
#include <starling/kernels/masked_linear_math.hpp>

namespace starling::cpu {

namespace {

template <class Real>
using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class Real>
using View = Eigen::Map<Matrix<Real>>;
template <class Real>
using ConstView = Eigen::Map<const Matrix<Real>>;

/// f(x) of some rows; the activation is chosen outside the loop, so that the loop vectorises.
template <class Real>
void activate(Activation activation, const Real* x, std::int64_t n, Real* y) {
  if (activation == Activation::relu) {
    for (std::int64_t i = 0; i < n; ++i) y[i] = activation_value(Activation::relu, x[i]);
  } else {
    for (std::int64_t i = 0; i < n; ++i) y[i] = activation_value(activation, x[i]);
  }
}

template <class Real>
void store_input_adjoint(const MaskedLinearAdjointArgs<Real>& args, std::int64_t offset,
                         const Matrix<Real>& active, const Matrix<Real>& product) {
  Real* x_adj = args.x_adj + offset;
  const Real* y = active.data();
  const Real* sum = product.data();
  const std::int64_t n = product.size();
  const auto store = [&](auto mode, auto activation) {
    for (std::int64_t i = 0; i < n; ++i)
      store_gradient(mode(), x_adj[i], activation_slope(activation(), y[i]) * sum[i]);
  };
  const auto with_mode = [&](auto activation) {
    if (args.x_mode == GradientMode::overwrite)
      return store([] { return GradientMode::overwrite; }, activation);
    store([] { return GradientMode::accumulate; }, activation);
  };
  switch (args.activation) {
    case Activation::identity:
      return with_mode([] { return Activation::identity; });
    case Activation::relu:
      return with_mode([] { return Activation::relu; });
    case Activation::tanh:
      return with_mode([] { return Activation::tanh; });
  }
}

template <class Real>
void forward_rows(const MaskedLinearArgs<Real>& args, RowRange range) {
  const std::int64_t rows = range.end - range.first;
  const Real* x = args.x + range.first * args.inputs;
  Matrix<Real> active;
  if (args.activation != Activation::identity) {
    active.resize(rows, args.inputs);
    activate(args.activation, x, rows * args.inputs, active.data());
    x = active.data();
  }
  const ConstView<Real> weight(args.masked_weight, args.outputs, args.inputs);
  View<Real> y(args.y + range.first * args.outputs, rows, args.outputs);
  if (args.residual != nullptr)
    y = ConstView<Real>(args.residual + range.first * args.outputs, rows, args.outputs);
  else
    y.setZero();
  if (args.bias != nullptr) y.rowwise() += ConstView<Real>(args.bias, 1, args.outputs).row(0);
  y.noalias() += ConstView<Real>(x, rows, args.inputs) * weight.transpose();
}

/// All adjoints of some rows; weight and bias gradients are added to `partial`, [outputs][inputs + 1].
template <class Real>
void adjoint_rows(const MaskedLinearAdjointArgs<Real>& args, RowRange range, double* partial) {
  const std::int64_t rows = range.end - range.first;
  const std::int64_t offset = range.first * args.inputs;
  Matrix<Real> active(rows, args.inputs);
  activate(args.activation, args.x + offset, rows * args.inputs, active.data());
  const ConstView<Real> y_adj(args.y_adj + range.first * args.outputs, rows, args.outputs);
  if (partial != nullptr) {
    View<double> sums(partial, args.outputs, args.inputs + 1);
    Matrix<Real> product(args.outputs, args.inputs);
    product.noalias() = y_adj.transpose() * active;
    sums.leftCols(args.inputs) += product.template cast<double>();
    sums.col(args.inputs) += y_adj.template cast<double>().colwise().sum().transpose();
  }
  if (args.x_adj != nullptr) {
    Matrix<Real> product(rows, args.inputs);
    product.noalias() = y_adj * ConstView<Real>(args.masked_weight, args.outputs, args.inputs);
    store_input_adjoint(args, offset, active, product);
  }
  if (args.residual_adj != nullptr)
    for (std::int64_t i = range.first * args.outputs; i < range.end * args.outputs; ++i)
      store_gradient(args.residual_mode, args.residual_adj[i], args.y_adj[i]);
}

/// Threads for that many multiplications: one where waking the others would take longer.
int threads_for(const Exec& exec, std::int64_t multiplications) {
  constexpr std::int64_t kFew = 1 << 18;
  return multiplications < kFew ? 1 : exec.threads();
}

template <class Real>
void forward_by_matrices(const Exec& exec, const MaskedLinearArgs<Real>& args) {
  const std::int64_t chunks = (args.rows + kRowChunk - 1) / kRowChunk;
  const int threads = threads_for(exec, args.rows * args.outputs * args.inputs);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (std::int64_t c = 0; c < chunks; ++c)
    forward_rows(args, {c * kRowChunk, std::min(args.rows, (c + 1) * kRowChunk)});
}

template <class Real>
void adjoint_by_matrices(const Exec& exec, const MaskedLinearAdjointArgs<Real>& args) {
  const std::int64_t groups = row_groups(args.rows);
  const std::int64_t elements = args.outputs * (args.inputs + 1);
  const bool weights_wanted = args.weight_adj != nullptr || args.bias_adj != nullptr;
  const int threads = threads_for(exec, 2 * args.rows * args.outputs * args.inputs);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (std::int64_t g = 0; g < groups; ++g) {
    double* partial = weights_wanted ? args.workspace + g * elements : nullptr;
    if (weights_wanted) std::fill_n(partial, elements, 0.0);
    const RowRange range = rows_of_group(args.rows, groups, g);
    for (std::int64_t first = range.first; first < range.end; first += kRowChunk)
      adjoint_rows(args, {first, std::min(range.end, first + kRowChunk)}, partial);
  }
  if (weights_wanted) for_each_element_cpu(exec, elements, WeightGradientBody<Real>{args, groups});
}

/// Through the device's bodies.
template <class Real>
void adjoint_by_elements(const Exec& exec, const MaskedLinearAdjointArgs<Real>& args) {
  const std::int64_t groups = row_groups(args.rows);
  const std::int64_t elements = args.outputs * (args.inputs + 1);
  if (args.weight_adj != nullptr || args.bias_adj != nullptr) {
    for_each_element_cpu(exec, groups * elements, WeightPartialBody<Real>{args, groups});
    for_each_element_cpu(exec, elements, WeightGradientBody<Real>{args, groups});
  }
  if (args.x_adj != nullptr)
    for_each_element_cpu(exec, args.rows * args.inputs, MaskedLinearInputAdjointBody<Real>{args});
  if (args.residual_adj != nullptr)
    for_each_element_cpu(exec, args.rows * args.outputs, ResidualAdjointBody<Real>{args});
}

}  // namespace

// Eigen multiplies matrices of plain numbers only. Forward mode goes element by element.

template <class Real>
void masked_linear(const Exec& exec, const MaskedLinearArgs<Real>& args) {
  for_each_element_cpu(exec, args.outputs * args.inputs, MaskWeightBody<Real>{args});
  if constexpr (kIsDual<Real>)
    for_each_element_cpu(exec, args.rows * args.outputs, MaskedLinearBody<Real>{args});
  else
    forward_by_matrices(exec, args);
}

template <class Real>
void masked_linear_adjoint(const Exec& exec, const MaskedLinearAdjointArgs<Real>& args) {
  if constexpr (kIsDual<Real>)
    adjoint_by_elements(exec, args);
  else
    adjoint_by_matrices(exec, args);
}

#define STARLING_INSTANTIATE(Real)                                         \
  template void masked_linear(const Exec&, const MaskedLinearArgs<Real>&); \
  template void masked_linear_adjoint(const Exec&, const MaskedLinearAdjointArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling::cpu
