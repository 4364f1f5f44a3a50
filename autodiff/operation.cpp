#include <starling/autodiff/operation.hpp>

namespace starling {

const char* name_of(Operation operation) {
  // No default: a new enumerator without a name is a compiler warning, and warnings are errors.
  switch (operation) {
    case Operation::affine:
      return "affine";
    case Operation::reciprocal:
      return "reciprocal";
    case Operation::power:
      return "power";
    case Operation::exp:
      return "exp";
    case Operation::expm1:
      return "expm1";
    case Operation::log:
      return "log";
    case Operation::log1p:
      return "log1p";
    case Operation::sqrt:
      return "sqrt";
    case Operation::square:
      return "square";
    case Operation::tanh:
      return "tanh";
    case Operation::sigmoid:
      return "sigmoid";
    case Operation::softplus:
      return "softplus";
    case Operation::relu:
      return "relu";
    case Operation::abs:
      return "abs";
    case Operation::clamp:
      return "clamp";
    case Operation::clamp_pass_through:
      return "clamp_pass_through";
    case Operation::add:
      return "add";
    case Operation::subtract:
      return "subtract";
    case Operation::multiply:
      return "multiply";
    case Operation::divide:
      return "divide";
    case Operation::minimum:
      return "minimum";
    case Operation::maximum:
      return "maximum";
    case Operation::straight_through:
      return "straight_through";
    case Operation::where:
      return "where";
    case Operation::sum:
      return "sum";
    case Operation::mean:
      return "mean";
    case Operation::max:
      return "max";
    case Operation::log_sum_exp:
      return "log_sum_exp";
    case Operation::softmax:
      return "softmax";
    case Operation::log_softmax:
      return "log_softmax";
    case Operation::cumulative_sum:
      return "cumulative_sum";
    case Operation::quantile:
      return "quantile";
    case Operation::matmul:
      return "matmul";
    case Operation::masked_linear:
      return "masked_linear";
    case Operation::reshape:
      return "reshape";
    case Operation::view_slice:
      return "view_slice";
    case Operation::slice:
      return "slice";
    case Operation::concatenate:
      return "concatenate";
    case Operation::permute_axes:
      return "permute_axes";
    case Operation::gather:
      return "gather";
    case Operation::scatter_add:
      return "scatter_add";
    case Operation::segment_sum:
      return "segment_sum";
    case Operation::gamma:
      return "gamma";
    case Operation::bernoulli_straight_through:
      return "bernoulli_straight_through";
    case Operation::bernoulli_gumbel_softmax:
      return "bernoulli_gumbel_softmax";
    case Operation::categorical_gumbel_softmax:
      return "categorical_gumbel_softmax";
    case Operation::checkpoint:
      return "checkpoint";
  }
  return "unknown";
}

}  // namespace starling
