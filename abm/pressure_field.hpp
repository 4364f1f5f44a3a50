#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/world.hpp>
#include <starling/core/buffer.hpp>

namespace starling {

/// Which networks meet on a step, in the order of the configuration, and on what kind of day.
struct Meetings {
  std::vector<bool> active;  // [networks]
  DayType day_type = DayType::weekday;
};

/// Whether any of a block's networks meets.
bool meets(const CellBlock& block, const Meetings& meetings);

/// What everyone gives at home and elsewhere, [agents][lanes]; one array where nobody keeps away.
template <class Value>
struct HomeAndOutside {
  const Value* home;
  const Value* outside;

  /// The one that counts in a block.
  [[nodiscard]] const Value* in(const CellBlock& block) const {
    return block.mixing.at_home ? home : outside;
  }
};

/// The infection pressure of all cells during one step, and the reverse of computing it. Cells in which
/// nobody meets have pressure 0 and pass no adjoint.
template <class Real, class Transmitted, class Sum>
class PressureField {
 public:
  PressureField(const World<Real>& world, int lanes);

  /// The pressure of every cell. rate_per_day: [networks][lanes], 0 for networks that do not meet.
  void compute(const World<Real>& world, const Meetings& meetings, HomeAndOutside<Transmitted> transmission,
               const Real* rate_per_day);

  /// Adjoint of `compute` at the same step, given the adjoint of each agent's exposure in its cells at home
  /// and elsewhere. Leaves the adjoint of every member's transmission in cell_adj() and d / d(ln rate) in
  /// log_rate_adj [networks][lanes]; the pressure is consumed.
  void adjoint(const World<Real>& world, const Meetings& meetings, HomeAndOutside<Real> raw_adj,
               const Real* rate_per_day, double* log_rate_adj);

  [[nodiscard]] const Real* pressure() const { return pressure_.data(); }
  /// What each network of the blocks that are not plain adds up to in a venue (kernels/class_mixing.hpp), of
  /// the blocks that met in the latest compute(). [attending rows][lanes]
  [[nodiscard]] const Real* attending() const { return attending_.data(); }
  [[nodiscard]] const Real* cell_adj() const { return cell_adj_.data(); }

 private:
  void clear_block(const World<Real>& world, int block, Buffer<Real>& values) const;
  void allocate_adjoint(const World<Real>& world);
  void mix(const World<Real>& world, int block, const Meetings& meetings, const Real* rate_per_day);
  void mix_adjoint(const World<Real>& world, int block, const Meetings& meetings, const Real* rate_per_day);
  void sum_log_rate_adj(const World<Real>& world, int block, double* log_rate_adj);

  int lanes_;
  Buffer<Real> pressure_;   // [cells][lanes]
  Buffer<Real> attending_;  // [attending rows][lanes]
  Buffer<Sum> partial_;     // [partials][lanes]
  Buffer<Real> cell_adj_;   // [cells][lanes], empty until the first adjoint, as those below
  Buffer<Real> received_;   // [attending rows][lanes]
  Buffer<Real> partial_adj_;
  Buffer<double> lane_partial_;
};

using SampledPressureField = PressureField<float, Quanta, std::int64_t>;
using MeanFieldPressureField = PressureField<double, double, double>;
extern template class PressureField<float, Quanta, std::int64_t>;
extern template class PressureField<double, double, double>;

}  // namespace starling
