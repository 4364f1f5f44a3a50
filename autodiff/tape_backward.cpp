#include <algorithm>

#include <fmt/format.h>

#include <starling/autodiff/tape.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

template <class Real>
void Tape<Real>::backward(Var<Real> output) {
  if (output.size() != 1)
    throw InputError(
        fmt::format("Tape::backward: output has shape {}, expected one element; sum it, or give "
                    "the adjoint of the output",
                    to_string(output.shape())));
  const Real one = Real(1);
  backward(output, {&one, 1});
}

template <class Real>
void Tape<Real>::backward(Var<Real> output, std::span<const Real> output_adj) {
  check_equal_size("Tape::backward", "output_adj", static_cast<std::int64_t>(output_adj.size()),
                   output.size());
  check_that(value_of(output).differentiated, "Tape::backward", "output depends on no variable of this tape");
  for (Value& value : values_) value.adjoint_written = false;
  Value& value = values_[output.index_];
  ensure_adjoint(value);
  exec_.copy_from_host(value.adjoint, output_adj.data(),
                       value.shape.size() * static_cast<std::int64_t>(sizeof(Real)));
  value.adjoint_written = true;
  run_records(0);
}

template <class Real>
void Tape<Real>::pull_back(const Mark& mark, Var<Real> output, const Real* output_adj) {
  if (!value_of(output).differentiated) return;
  Value& value = values_[output.index_];
  check_that(output.index_ >= mark.values, "Tape::pull_back", "output was made before the mark");
  ensure_adjoint(value);
  exec_.copy(value.adjoint, output_adj, value.shape.size() * static_cast<std::int64_t>(sizeof(Real)));
  value.adjoint_written = true;
  run_records(mark.nodes);
}

template <class Real>
void Tape<Real>::run_records(std::size_t first) {
  for (std::size_t i = nodes_.size(); i-- > first;) {
    const Node node = nodes_[i];  // A copy: the adjoint may record.
    const std::span<Value> outputs(values_.data() + node.first_output, node.outputs);
    if (std::ranges::none_of(outputs, &Value::adjoint_written)) continue;
    for (Value& output : outputs) {
      if (output.adjoint_written) continue;
      ensure_adjoint(output);
      exec_.fill_zero(output.adjoint, output.shape.size() * static_cast<std::int64_t>(sizeof(Real)));
      output.adjoint_written = true;
    }
    run_record(node);
  }
}

template <class Real>
void Tape<Real>::run_record(const Node& node) {
  for (std::size_t i = node.first_input; i < node.first_input + node.inputs; ++i) {
    Value& input = values_[inputs_[i]];
    if (input.differentiated) ensure_adjoint(input);
  }
  const Arena::Mark before_scratch = memory_.mark();
  AdjointContext<Real> context(*this, node.first_input, node.inputs, node.first_output);
  node.call(node.state, context);
  memory_.rewind(before_scratch);
  if (finite_checks_) check_adjoints_finite(node);
}

template <class Real>
std::int64_t Tape<Real>::first_non_finite(const Real* elements, std::int64_t n) const {
  using std::isfinite;
  std::vector<Real> host(static_cast<std::size_t>(n));
  exec_.copy_to_host(host.data(), elements, n * static_cast<std::int64_t>(sizeof(Real)));
  return std::ranges::find_if(host, [](Real x) { return !isfinite(x); }) - host.begin();
}

template <class Real>
std::string_view Tape<Real>::first_non_finite() const {
  for (const Node& node : nodes_) {
    for (std::size_t i = node.first_output; i < node.first_output + node.outputs; ++i) {
      const std::int64_t n = values_[i].shape.size();
      if (first_non_finite(values_[i].data, n) < n) return node.name;
    }
  }
  return {};
}

template <class Real>
void Tape<Real>::check_outputs_finite(const char* name, std::span<const Var<Real>> outputs) const {
  for (const Var<Real>& output : outputs) {
    const Value& value = value_of(output);
    const std::int64_t at = first_non_finite(value.data, value.shape.size());
    if (at < value.shape.size())
      throw NonFiniteError(fmt::format("{}: element {} of the result of shape {} is not finite", name, at,
                                       to_string(value.shape)));
  }
}

template <class Real>
void Tape<Real>::check_adjoints_finite(const Node& node) const {
  for (std::size_t i = 0; i < node.inputs; ++i) {
    const Value& value = values_[inputs_[node.first_input + i]];
    if (!value.differentiated || !value.adjoint_written) continue;
    const std::int64_t at = first_non_finite(value.adjoint, value.shape.size());
    if (at < value.shape.size())
      throw NonFiniteError(
          fmt::format("adjoint of {}: element {} of the adjoint of input {} of shape {} is not finite",
                      node.name, at, i, to_string(value.shape)));
  }
}

#define STARLING_INSTANTIATE(Real)                                                               \
  template void Tape<Real>::backward(Var<Real>);                                                 \
  template void Tape<Real>::backward(Var<Real>, std::span<const Real>);                          \
  template void Tape<Real>::pull_back(const Mark&, Var<Real>, const Real*);                      \
  template void Tape<Real>::run_records(std::size_t);                                            \
  template void Tape<Real>::run_record(const Node&);                                             \
  template std::string_view Tape<Real>::first_non_finite() const;                                \
  template std::int64_t Tape<Real>::first_non_finite(const Real*, std::int64_t) const;           \
  template void Tape<Real>::check_outputs_finite(const char*, std::span<const Var<Real>>) const; \
  template void Tape<Real>::check_adjoints_finite(const Node&) const;
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling
