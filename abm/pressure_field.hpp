#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/world.hpp>
#include <starling/core/buffer.hpp>

namespace starling {

/// Whether each network meets on a step, in the order of the networks.
using ActiveNetworks = std::vector<bool>;

/// The infection pressure of all venues during one step, and the reverse of computing it. Venues of networks
/// that do not meet have pressure 0 and pass no adjoint.
template <class Real, class Transmitted, class Sum>
class PressureField {
 public:
  PressureField(const World<Real>& world, int lanes);

  /// pressure = rate * contact * sum of transmission, network by network. rate_per_day: [networks][lanes].
  void compute(const World<Real>& world, const ActiveNetworks& active, const Transmitted* transmission,
               const Real* rate_per_day);

  /// Adjoint of `compute` at the same step, given the adjoint of each agent's raw exposure [agents][lanes].
  /// Leaves the adjoint of every member's transmission in venue_adj() and d / d(ln rate) in
  /// log_rate_adj [networks][lanes]; the pressure is consumed.
  void adjoint(const World<Real>& world, const ActiveNetworks& active, const Real* raw_adj,
               const Real* rate_per_day, double* log_rate_adj);

  [[nodiscard]] const Real* pressure() const { return pressure_.data(); }
  [[nodiscard]] const Real* venue_adj() const { return venue_adj_.data(); }

 private:
  void clear_network(const World<Real>& world, int network, Buffer<Real>& values) const;
  void allocate_adjoint(const World<Real>& world);

  int lanes_;
  Buffer<Real> pressure_;   // [venues][lanes]
  Buffer<Sum> partial_;     // [partials][lanes]
  Buffer<Real> venue_adj_;  // [venues][lanes], empty until the first adjoint
  Buffer<Real> partial_adj_;
  Buffer<double> lane_partial_;
};

using SampledPressureField = PressureField<float, Quanta, std::int64_t>;
using MeanFieldPressureField = PressureField<double, double, double>;
extern template class PressureField<float, Quanta, std::int64_t>;
extern template class PressureField<double, double, double>;

}  // namespace starling
