#pragma once

#include <span>
#include <vector>

#include <starling/autodiff/tape.hpp>

namespace starling {

/// Scales simulated rows so that those of a point of time sum to what was observed there:
///   y[r][t] = N[t] (x[r][t] + f) / sum over rows q observed at t of (x[q][t] + f),
///   N[t] = sum over rows observed at t of the observation,
/// with the floor f = kSmallestExpectedCount. Independent Poisson counts given their sum are multinomial, so
/// the Poisson likelihood of y is, up to a constant, the multinomial one of how N[t] divides over the rows;
/// the negative binomial of y is an overdispersed kin of it. A point where nothing was observed stays as it
/// is. The object must outlive the records it leaves on a tape.
class ObservedTotals {
 public:
  /// `observed` is [rows][points], NaN where nothing was. Throws InputError for a length that is no multiple
  /// of `rows` and for fewer than two rows, which have nothing to divide.
  ObservedTotals(std::span<const double> observed, int rows);

  /// x [runs][rows][points] -> y of the same shape.
  [[nodiscard]] std::vector<double> apply(std::span<const double> x) const;
  Var<double> operator()(Tape<double>& tape, Var<double> x) const;

 private:
  /// Sum of the observed rows of one run at a point, floors included.
  [[nodiscard]] double sum_of(std::span<const double> run, std::size_t point) const;
  void scale(std::span<const double> x, std::span<double> y) const;
  void adjoint(std::span<const double> x, std::span<const double> y_adj, std::span<double> x_adj) const;

  std::size_t rows_;
  std::size_t points_;
  std::vector<bool> is_observed_;  // [rows][points]
  std::vector<double> totals_;     // [points], NaN where nothing was observed
};

}  // namespace starling
