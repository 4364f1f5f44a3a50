#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <starling/autodiff/tape.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {
template <class Real>
std::int64_t bytes_of(const Shape& shape) {
  return shape.size() * static_cast<std::int64_t>(sizeof(Real));
}
}  // namespace

template <class Real>
Tape<Real>::Tape(Exec exec) : exec_(std::move(exec)), memory_(exec_), records_(Exec::cpu(1)) {}

template <class Real>
Tape<Real>::~Tape() {
  rewind({0, 0, 0, {}, {}});
}

template <class Real>
const typename Tape<Real>::Value& Tape<Real>::value_of(const Var<Real>& var) const {
  if (var.tape_ != this) throw InputError("Tape: the array is on another tape");
  if (var.index_ >= values_.size() || values_[var.index_].serial != var.serial_)
    throw InputError("Tape: the array was rewound; read it inside its TapeScope");
  return values_[var.index_];
}

template <class Real>
Var<Real> Tape<Real>::push_value(const Shape& shape, Real* data) {
  Value value{.shape = shape, .data = data, .serial = next_serial_};
  if (data == nullptr) value.data = memory_.allocate_array<Real>(shape.size());
  values_.push_back(value);
  return {this, values_.size() - 1, next_serial_++};
}

template <class Real>
Var<Real> Tape<Real>::push_leaf(std::string_view place, const Shape& shape, std::span<const Real> values) {
  check_equal_size(place, "values", static_cast<std::int64_t>(values.size()), shape.size());
  const Var<Real> var = push_value(shape, nullptr);
  exec_.copy_from_host(values_.back().data, values.data(), bytes_of<Real>(shape));
  return var;
}

template <class Real>
Var<Real> Tape<Real>::constant(const Shape& shape, std::span<const Real> values) {
  return push_leaf("Tape::constant", shape, values);
}

template <class Real>
Var<Real> Tape<Real>::constant(Real value) {
  return constant({}, {&value, 1});
}

template <class Real>
Var<Real> Tape<Real>::variable(const Shape& shape, std::span<const Real> values) {
  const Var<Real> var = push_leaf("Tape::variable", shape, values);
  Value& value = values_.back();
  value.differentiated = true;
  // Made now, so that it outlives a scope in which backward() is called.
  ensure_adjoint(value);
  return var;
}

template <class Real>
Var<Real> Tape<Real>::variable(Real value) {
  return variable({}, {&value, 1});
}

template <class Real>
Var<Real> Tape<Real>::alias(Var<Real> source, std::int64_t offset, const Shape& shape) {
  const Value& value = value_of(source);
  check_in_range("Tape::alias", "offset", static_cast<double>(offset), 0.0,
                 static_cast<double>(value.shape.size() - shape.size()));
  return push_value(shape, shape.size() == 0 ? nullptr : value.data + offset);
}

template <class Real>
Real* Tape<Real>::mutable_data(Var<Real> output) {
  return value_of(output).data;
}

template <class Real>
bool Tape<Real>::prepare_record(const char* name, std::span<const Var<Real>> inputs,
                                std::span<const Var<Real>> outputs) {
  bool differentiated = false;
  for (const Var<Real>& input : inputs) differentiated |= value_of(input).differentiated;
  if (!differentiated) return false;
  Node node{.name = name,
            .first_input = inputs_.size(),
            .inputs = inputs.size(),
            .first_output = outputs.front().index_,
            .outputs = outputs.size()};
  for (const Var<Real>& input : inputs) inputs_.push_back(input.index_);
  for (const Var<Real>& output : outputs) values_[output.index_].differentiated = true;
  nodes_.push_back(node);
  return true;
}

template <class Real>
void Tape<Real>::ensure_adjoint(Value& value) {
  if (value.adjoint != nullptr) return;
  value.adjoint = memory_.allocate_array<Real>(value.shape.size());
  value.adjoint_end = memory_.mark();
}

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
  exec_.copy_from_host(value.adjoint, output_adj.data(), bytes_of<Real>(value.shape));
  value.adjoint_written = true;
  run_records();
}

template <class Real>
void Tape<Real>::run_records() {
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    const Node& node = nodes_[i];
    const auto first = values_.begin() + static_cast<std::ptrdiff_t>(node.first_output);
    const std::span<Value> outputs(first, node.outputs);
    if (std::ranges::none_of(outputs, &Value::adjoint_written)) continue;
    for (Value& output : outputs) {
      if (output.adjoint_written) continue;
      ensure_adjoint(output);
      exec_.fill_zero(output.adjoint, bytes_of<Real>(output.shape));
      output.adjoint_written = true;
    }
    run_record(node);
  }
}

template <class Real>
void Tape<Real>::run_record(const Node& node) {
  const std::span<const std::size_t> inputs(inputs_.data() + node.first_input, node.inputs);
  for (const std::size_t input : inputs)
    if (values_[input].differentiated) ensure_adjoint(values_[input]);
  const Arena::Mark before_scratch = memory_.mark();
  AdjointContext<Real> context(*this, inputs, node.first_output);
  node.call(node.state, context);
  memory_.rewind(before_scratch);
}

template <class Real>
typename Tape<Real>::Mark Tape<Real>::mark() const {
  return {values_.size(), inputs_.size(), nodes_.size(), memory_.mark(), records_.mark()};
}

template <class Real>
void Tape<Real>::rewind(const Mark& mark) {
  while (nodes_.size() > mark.nodes) {
    if (nodes_.back().destroy != nullptr) nodes_.back().destroy(nodes_.back().state);
    nodes_.pop_back();
  }
  values_.resize(std::min(values_.size(), mark.values), Value{});
  inputs_.resize(std::min(inputs_.size(), mark.inputs));
  // A result from before the mark may have its adjoint in memory from after it.
  for (Value& value : values_) {
    if (value.adjoint == nullptr || value.adjoint_end <= mark.memory) continue;
    value.adjoint = nullptr;
    value.adjoint_written = false;
  }
  memory_.rewind(mark.memory);
  records_.rewind(mark.records);
}

template <class Real>
TapeBytes Tape<Real>::bytes() const {
  return {memory_.used_bytes() + records_.used_bytes(), memory_.held_bytes() + records_.held_bytes()};
}

template <class Real>
std::string_view Tape<Real>::first_non_finite() const {
  std::vector<Real> elements;
  for (const Node& node : nodes_) {
    for (std::size_t i = node.first_output; i < node.first_output + node.outputs; ++i) {
      elements.resize(static_cast<std::size_t>(values_[i].shape.size()));
      exec_.copy_to_host(elements.data(), values_[i].data, bytes_of<Real>(values_[i].shape));
      if (!std::ranges::all_of(elements, [](Real x) { return std::isfinite(x); })) return node.name;
    }
  }
  return {};
}

template class Tape<float>;
template class Tape<double>;

}  // namespace starling
