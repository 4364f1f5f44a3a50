#include <algorithm>
#include <cmath>
#include <limits>

#include <starling/core/check.hpp>
#include <starling/inference/count_likelihood.hpp>
#include <starling/inference/observed_totals.hpp>

namespace starling {

namespace {

constexpr const char* kPlace = "ObservedTotals";

}  // namespace

ObservedTotals::ObservedTotals(std::span<const double> observed, int rows)
    : rows_(static_cast<std::size_t>(rows)) {
  check_that(rows >= 2, kPlace, "a single row has no parts to divide a total over");
  points_ = observed.size() / rows_;
  check_equal_size(kPlace, "observed", static_cast<std::int64_t>(observed.size()),
                   static_cast<std::int64_t>(points_ * rows_));
  totals_.assign(points_, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < observed.size(); ++i) {
    is_observed_.push_back(!std::isnan(observed[i]));
    if (!is_observed_.back()) continue;
    double& total = totals_[i % points_];
    total = std::isnan(total) ? observed[i] : total + observed[i];
  }
}

double ObservedTotals::sum_of(std::span<const double> run, std::size_t point) const {
  double sum = 0.0;
  for (std::size_t i = point; i < run.size(); i += points_) {
    if (is_observed_[i]) sum += run[i] + kSmallestExpectedCount;
  }
  return sum;
}

void ObservedTotals::scale(std::span<const double> x, std::span<double> y) const {
  const std::size_t size = rows_ * points_;
  for (std::size_t first = 0; first < x.size(); first += size) {
    const std::span<const double> run = x.subspan(first, size);
    for (std::size_t point = 0; point < points_; ++point) {
      const bool has_total = !std::isnan(totals_[point]);
      const double factor = has_total ? totals_[point] / sum_of(run, point) : 1.0;
      for (std::size_t i = point; i < size; i += points_)
        y[first + i] = has_total ? factor * (run[i] + kSmallestExpectedCount) : run[i];
    }
  }
}

void ObservedTotals::adjoint(std::span<const double> x, std::span<const double> y_adj,
                             std::span<double> x_adj) const {
  const std::size_t size = rows_ * points_;
  for (std::size_t first = 0; first < x.size(); first += size) {
    const std::span<const double> run = x.subspan(first, size);
    for (std::size_t point = 0; point < points_; ++point) {
      double factor = 1.0;
      double by_sum = 0.0;  // derivative by the sum of the observed rows
      if (!std::isnan(totals_[point])) {
        const double sum = sum_of(run, point);
        factor = totals_[point] / sum;
        for (std::size_t i = point; i < size; i += points_)
          by_sum -= factor / sum * (run[i] + kSmallestExpectedCount) * y_adj[first + i];
      }
      for (std::size_t i = point; i < size; i += points_)
        x_adj[first + i] += factor * y_adj[first + i] + (is_observed_[i] ? by_sum : 0.0);
    }
  }
}

std::vector<double> ObservedTotals::apply(std::span<const double> x) const {
  check_that(x.size() % (rows_ * points_) == 0, kPlace, "x must have shape [runs][rows][points]");
  std::vector<double> y(x.size());
  scale(x, y);
  return y;
}

Var<double> ObservedTotals::operator()(Tape<double>& tape, Var<double> x) const {
  const auto size = static_cast<std::size_t>(x.size());
  check_that(size % (rows_ * points_) == 0, kPlace, "x must have shape [runs][rows][points]");
  CustomOperation<double> operation;
  operation.forward = [this, size](const Exec&, std::span<const double* const> in, double* y) {
    scale({in[0], size}, {y, size});
  };
  operation.adjoint = [this, size](const Exec&, std::span<const double* const> in, const double*,
                                   const double* y_adj, std::span<double* const> in_adj) {
    adjoint({in[0], size}, {y_adj, size}, {in_adj[0], size});
  };
  return tape.custom("observed_totals", {&x, 1}, x.shape(), std::move(operation));
}

}  // namespace starling
