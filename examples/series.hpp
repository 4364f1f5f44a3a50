#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <starling/autodiff/autodiff.hpp>

namespace starling::examples {

/// What the models of this folder share. Parameters come as theta [draws][parameters], one row per draw, and
/// a simulation is a series [draws][records]. In between, one number per draw is a column [draws][1], which
/// broadcasts over the agents, rules or records of the last axis.
///
/// Every model is a template on the number type: on Tape<double> or Tape<float> it is differentiated in
/// reverse, on Tape<Dual<double>> in forward mode.

template <class Real>
void check_parameters(std::string_view model, Var<Real> theta, std::int64_t parameters) {
  check_rank(model, "theta", theta.shape(), 2, "[draws][parameters]");
  check_shape(model, "theta", theta.shape(), {theta.shape().extent(0), parameters});
}

/// Parameter `index` of every draw. [draws][1]
template <class Real>
Var<Real> parameter(Var<Real> theta, std::int64_t index) {
  return slice(theta, 1, index, 1);
}

/// Row `step` (from 1) of noise [steps][draws] as a column. [draws][1]
template <class Real>
Var<Real> noise_of_step(Var<Real> noise, std::int64_t step) {
  const std::int64_t draws = noise.shape().extent(1);
  return view_slice(noise, (step - 1) * draws, {draws, 1});
}

/// An array of one number, without gradient.
template <class Real>
Var<Real> filled(Tape<Real>& tape, const Shape& shape, Real number) {
  return tape.constant(shape, std::vector<Real>(static_cast<std::size_t>(shape.size()), number));
}

/// x [draws] as a column. [draws][1]
template <class Real>
Var<Real> as_column(Var<Real> x) {
  return reshape(x, {x.size(), 1});
}

/// Columns [draws][1], one per record, side by side. [draws][records]
template <class Real>
Var<Real> as_series(const std::vector<Var<Real>>& records) {
  return concatenate<Real>(records, 1);
}

}  // namespace starling::examples
