#include <starling/core/check.hpp>
#include <starling/flows/affine_layer.hpp>

namespace starling {

namespace {
void check_shapes(const char* place, Var<double> x, Var<double> conditioner) {
  check_rank(place, "x", x.shape(), 2, "[rows][dimensions]");
  check_shape(place, "conditioner", conditioner.shape(), {x.shape().extent(0), 2 * x.shape().last()});
}
}  // namespace

Transformed affine_autoregressive(Var<double> z, Var<double> conditioner, ScaleKind scale) {
  check_shapes("affine_autoregressive", z, conditioner);
  Tape<double>& tape = z.tape();
  const std::int64_t rows = z.shape().extent(0);
  const std::int64_t dimensions = z.shape().last();
  const Var<double> x = tape.output(z.shape());
  const Var<double> log_det = tape.output({rows});
  kernels::affine_autoregressive<double>(tape.exec(), {rows, dimensions, scale, z.data(), conditioner.data(),
                                                       tape.mutable_data(x), tape.mutable_data(log_det)});
  tape.record("affine_autoregressive", {z, conditioner}, {x, log_det}, [=](AdjointContext<double>& context) {
    const AdjointSlot<double> z_adj = context.input_adj(0);
    const AdjointSlot<double> conditioner_adj = context.input_adj(1);
    kernels::affine_autoregressive_adjoint<double>(
        context.exec(),
        {rows, dimensions, scale, context.input(0), context.input(1), context.output_adj(0),
         context.output_adj(1), z_adj.data, z_adj.mode, conditioner_adj.data, conditioner_adj.mode});
  });
  return {x, log_det};
}

Transformed affine_autoregressive_inverse(Var<double> x, Var<double> conditioner, ScaleKind scale,
                                          std::int64_t known) {
  check_shapes("affine_autoregressive_inverse", x, conditioner);
  Tape<double>& tape = x.tape();
  const std::int64_t rows = x.shape().extent(0);
  const std::int64_t dimensions = x.shape().last();
  check_index("affine_autoregressive_inverse", "known", known, dimensions + 1);
  const Var<double> z = tape.output(x.shape());
  const Var<double> log_det = tape.output({rows});
  kernels::affine_autoregressive_inverse<double>(
      tape.exec(), {rows, dimensions, known, scale, x.data(), conditioner.data(), tape.mutable_data(z),
                    tape.mutable_data(log_det)});
  tape.record(
      "affine_autoregressive_inverse", {x, conditioner}, {z, log_det}, [=](AdjointContext<double>& context) {
        const AdjointSlot<double> x_adj = context.input_adj(0);
        const AdjointSlot<double> conditioner_adj = context.input_adj(1);
        kernels::affine_autoregressive_inverse_adjoint<double>(
            context.exec(),
            {rows, dimensions, known, scale, context.output(0), context.input(1), context.output_adj(0),
             context.output_adj(1), x_adj.data, x_adj.mode, conditioner_adj.data, conditioner_adj.mode});
      });
  return {z, log_det};
}

}  // namespace starling
