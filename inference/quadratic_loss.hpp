#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/autodiff/tape.hpp>

namespace starling {

/// Distance of simulated from observed outputs, r = x - y, as a quadratic form with a symmetric matrix W.
///
/// `plain`:    scale * mean over the replicates a of r_a' W r_a. Its expectation over the simulator's noise
/// is
///             scale * (m' W m + tr(W Cov)), m = E[x] - y: parameters with noisier outputs are penalised.
/// `unbiased`: scale * mean over pairs of different replicates a, b of r_a' W r_b. Its expectation is
///             scale * m' W m: what a Gaussian likelihood with precision W compares (scale 1/2). Can be
///             negative.
class QuadraticLoss {
 public:
  enum class Form { plain, unbiased };

  /// `weights` is [outputs][outputs]. Throws InputError for sizes that disagree or values that are not
  /// finite.
  QuadraticLoss(std::vector<double> observed, std::vector<double> weights, double scale, Form form);

  /// The reference experiment's loss: sum over age bins of the mean over records of the squared difference.
  static QuadraticLoss log_mse(std::vector<double> observed, int records);

  /// For independent outputs; observed values that are NaN are missing and left out. InputError when all
  /// are.
  /// mse: mean over the observed values of (x - y)^2.
  static QuadraticLoss mse(std::vector<double> observed, Form form);
  /// relative: mean of ((x - y) / y)^2 over the observed values y > 0; the others are left out.
  static QuadraticLoss relative(std::vector<double> observed, Form form);
  /// gaussian: sum of ((x - y) / sd)^2 / 2, which is - log likelihood up to a constant. sd is [outputs],
  /// positive where y is observed.
  static QuadraticLoss gaussian(std::vector<double> observed, std::span<const double> sd, Form form);

  [[nodiscard]] std::size_t outputs() const { return observed_.size(); }
  [[nodiscard]] const std::vector<double>& observed() const { return observed_; }

  /// `plain` value of single runs: outputs [runs][outputs] -> [runs].
  [[nodiscard]] std::vector<double> single_run_values(std::span<const double> outputs) const;

  /// Loss of each draw: outputs [draws * replicates][outputs] -> [draws]. One replicate falls back to
  /// `plain`.
  Var<double> operator()(Tape<double>& tape, Var<double> outputs, int replicates) const;

 private:
  /// W r of every run. [runs][outputs]
  [[nodiscard]] std::vector<double> weighted_residuals(std::span<const double> outputs) const;
  void value(std::span<const double> outputs, std::size_t replicates, std::span<double> loss) const;
  void adjoint(std::span<const double> outputs, std::size_t replicates, std::span<const double> loss_adj,
               std::span<double> outputs_adj) const;
  /// Whether replicates are paired with others rather than with themselves.
  [[nodiscard]] bool paired(std::size_t replicates) const {
    return form_ == Form::unbiased && replicates > 1;
  }

  /// `precision` [outputs] is the diagonal of W; what has no weight may be NaN in `observed`.
  static QuadraticLoss diagonal(std::vector<double> observed, std::span<const double> precision, double scale,
                                Form form);

  std::vector<double> observed_;  // [outputs]
  std::vector<double> weights_;   // [outputs][outputs]
  double scale_;
  Form form_;
};

}  // namespace starling
