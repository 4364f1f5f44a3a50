#include <starling/autodiff/tape.hpp>

namespace starling {

template <class Real>
std::size_t AdjointContext<Real>::value_index(std::size_t i) const {
  return tape_.inputs_[first_input_ + i];
}

template <class Real>
const Exec& AdjointContext<Real>::exec() const {
  return tape_.exec();
}

template <class Real>
const Real* AdjointContext<Real>::input(std::size_t i) const {
  return tape_.values_[value_index(i)].data;
}

template <class Real>
const Real* AdjointContext<Real>::output(std::size_t i) const {
  return tape_.values_[first_output_ + i].data;
}

template <class Real>
const Real* AdjointContext<Real>::output_adj(std::size_t i) const {
  return tape_.values_[first_output_ + i].adjoint;
}

template <class Real>
const Shape& AdjointContext<Real>::input_shape(std::size_t i) const {
  return tape_.values_[value_index(i)].shape;
}

template <class Real>
const Shape& AdjointContext<Real>::output_shape(std::size_t i) const {
  return tape_.values_[first_output_ + i].shape;
}

template <class Real>
bool AdjointContext<Real>::wanted(std::size_t i) const {
  return tape_.values_[value_index(i)].differentiated;
}

template <class Real>
AdjointSlot<Real> AdjointContext<Real>::input_adj(std::size_t i) {
  auto& value = tape_.values_[value_index(i)];
  if (!value.differentiated) return {};
  const GradientMode mode = value.adjoint_written ? GradientMode::accumulate : GradientMode::overwrite;
  value.adjoint_written = true;
  return {value.adjoint, mode};
}

template <class Real>
std::vector<Var<Real>> AdjointContext<Real>::reopen_inputs() {
  std::vector<Var<Real>> reopened;
  for (std::size_t i = 0; i < inputs_; ++i) {
    // An array given twice is one array: its adjoint is one sum.
    std::size_t first = 0;
    while (value_index(first) != value_index(i)) ++first;
    if (first < i) {
      reopened.push_back(reopened[first]);
      continue;
    }
    const auto outer = tape_.values_[value_index(i)];  // A copy: the vector may grow.
    reopened.push_back(tape_.push_value(outer.shape, outer.data));
    auto& value = tape_.values_.back();
    value.adjoint = outer.adjoint;
    value.adjoint_end = outer.adjoint_end;
    value.differentiated = outer.differentiated;
    value.adjoint_written = outer.adjoint_written;
  }
  return reopened;
}

template <class Real>
void AdjointContext<Real>::close_inputs(std::span<const Var<Real>> reopened) {
  for (std::size_t i = 0; i < inputs_; ++i)
    tape_.values_[value_index(i)].adjoint_written |= tape_.value_of(reopened[i]).adjoint_written;
}

template class AdjointContext<float>;
template class AdjointContext<double>;
template class AdjointContext<Dual<float>>;
template class AdjointContext<Dual<double>>;

}  // namespace starling
