#include <algorithm>
#include <cstring>

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
// Records hold a few pointers and numbers each; dense, a thousand of them stay in the cache.
constexpr std::int64_t kRecordAlignment = 16;
}  // namespace

template <class Real>
Tape<Real>::Tape(Exec exec)
    : exec_(std::move(exec)), memory_(exec_), records_(Exec::cpu(1), kRecordAlignment) {}

template <class Real>
Tape<Real>::~Tape() {
  rewind({});
}

template <class Real>
void Tape<Real>::refuse(const Var<Real>& var) const {
  if (var.tape_ == nullptr) throw InputError("Var: refers to no array");
  if (var.tape_ != this) throw InputError("Tape: the array is on another tape");
  throw InputError("Tape: the array was rewound; read it inside its TapeScope");
}

// In place: a Value copied right after it was written field by field would stall on its own stores.
template <class Real>
Var<Real> Tape<Real>::push_value(const Shape& shape, Real* data) {
  Value& value = values_.emplace_back();
  value.shape = shape;
  value.data = data;
  value.serial = next_serial_++;
  return {this, values_.size() - 1, value.serial};
}

template <class Real>
Var<Real> Tape<Real>::output(const Shape& shape) {
  const Var<Real> var = push_value(shape, memory_.allocate_array<Real>(shape.size()));
  values_.back().owns_data = true;
  return var;
}

template <class Real>
Var<Real> Tape<Real>::push_leaf(std::string_view place, const Shape& shape, std::span<const Real> values) {
  check_equal_size(place, "values", static_cast<std::int64_t>(values.size()), shape.size());
  const Var<Real> var = output(shape);
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
  if (finite_checks_) check_outputs_finite(name, outputs);
  bool differentiated = false;
  for (const Var<Real>& input : inputs) {
    if (!value_of(input).differentiated) continue;
    if (input.index_ < closed_first_)
      throw InputError(fmt::format(
          "{}: operation {} takes a differentiated array from outside the function; pass it as an argument",
          closed_place_, name));
    differentiated = true;
  }
  if (!differentiated) return false;
  Node& node = nodes_.emplace_back();
  node.name = name;
  node.first_input = inputs_.size();
  node.inputs = inputs.size();
  node.first_output = outputs.front().index_;
  node.outputs = outputs.size();
  for (const Var<Real>& input : inputs) inputs_.push_back(input.index_);
  for (const Var<Real>& output : outputs) values_[output.index_].differentiated = true;
  return true;
}

template <class Real>
void Tape<Real>::ensure_adjoint(Value& value) {
  if (value.adjoint != nullptr) return;
  value.adjoint = memory_.allocate_array<Real>(value.shape.size());
  value.adjoint_end = memory_.mark();
}

template <class Real>
const char* Tape<Real>::keep_name(std::string_view name) {
  char* kept = records_.allocate_array<char>(static_cast<std::int64_t>(name.size()) + 1);
  std::memcpy(kept, name.data(), name.size());
  kept[name.size()] = '\0';
  return kept;
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
Tape<Real>::ClosedRegion::ClosedRegion(Tape& tape, const char* place)
    : tape_(tape), outer_first_(tape.closed_first_), outer_place_(tape.closed_place_) {
  tape.closed_first_ = tape.values_.size();
  tape.closed_place_ = place;
}

template <class Real>
Tape<Real>::ClosedRegion::~ClosedRegion() {
  tape_.closed_first_ = outer_first_;
  tape_.closed_place_ = outer_place_;
}

template class Tape<float>;
template class Tape<double>;
template class Tape<Dual<float>>;
template class Tape<Dual<double>>;

}  // namespace starling
