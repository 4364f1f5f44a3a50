#include <fmt/format.h>

#include <starling/autodiff/tape.hpp>
#include <starling/core/dual.hpp>
#include <starling/core/error.hpp>

namespace starling {

template <class Real>
Tape<Real>& Var<Real>::tape() const {
  if (tape_ == nullptr) throw InputError("Var: refers to no array");
  return *tape_;
}

template <class Real>
Shape Var<Real>::shape() const {
  return tape().value_of(*this).shape;
}

template <class Real>
bool Var<Real>::differentiated() const {
  return tape().value_of(*this).differentiated;
}

template <class Real>
const Real* Var<Real>::data() const {
  return tape().value_of(*this).data;
}

template <class Real>
const Real* Var<Real>::adjoint_data() const {
  const auto& value = tape().value_of(*this);
  return value.adjoint_written ? value.adjoint : nullptr;
}

template <class Real>
std::vector<Real> Var<Real>::value() const {
  std::vector<Real> elements(static_cast<std::size_t>(size()));
  tape().exec().copy_to_host(elements.data(), data(), size() * static_cast<std::int64_t>(sizeof(Real)));
  return elements;
}

template <class Real>
Real Var<Real>::scalar() const {
  if (size() != 1)
    throw InputError(fmt::format("Var::scalar: shape {}, expected one element", to_string(shape())));
  return value().front();
}

template <class Real>
std::vector<Real> Var<Real>::adjoint() const {
  if (!differentiated())
    throw InputError(fmt::format(
        "Var::adjoint: this array of shape {} is constant; make it with Tape::variable", to_string(shape())));
  std::vector<Real> elements(static_cast<std::size_t>(size()), Real(0));
  if (adjoint_data() != nullptr)
    tape().exec().copy_to_host(elements.data(), adjoint_data(),
                               size() * static_cast<std::int64_t>(sizeof(Real)));
  return elements;
}

template class Var<float>;
template class Var<double>;
template class Var<Dual<float>>;
template class Var<Dual<double>>;

}  // namespace starling
