#pragma once

#include <optional>
#include <span>
#include <vector>

#include <starling/autodiff/tape.hpp>
#include <starling/inference/count_probability.hpp>

namespace starling {

/// Means this far below one stand in for an expectation of nothing; see CountLikelihood.
inline constexpr double kSmallestExpectedCount = 1e-3;

/// - log likelihood of observed counts y given expected counts, the outputs of a simulator, each count on its
/// own: Poisson, or negative binomial with mean mu and dispersion k, variance mu + mu^2 / k.
///
/// Mean: outputs x are taken as mu = (x + sqrt(x^2 + 4 f^2)) / 2 with the floor f, which is f at x = 0 and
/// x + f^2 / x well above it. One case where none was expected costs -log f, and the derivative is never 0.
///
/// Replicates: the likelihood of a draw is the mean of its R replicates' likelihoods,
///   loss = -log((1 / R) sum over r of p(y | x_r)),
/// and estimates -log p(y | theta) of the stochastic simulator, the likelihood with its noise integrated out.
/// The mean inside the logarithm is unbiased; the loss is too high by about half its variance, on average: it
/// is an upper bound that falls with R to the truth. With R = 1 it is the expectation of -log p(y | x).
///
/// Observed values are whole numbers of at least 0, or NaN for a missing one, which is left out. The object
/// must outlive the records it leaves on a tape.
class CountLikelihood {
 public:
  /// Throws InputError naming the first observed value that is no count, or a floor that is not positive.
  static CountLikelihood poisson(std::vector<double> observed, double floor = kSmallestExpectedCount);
  /// `dispersion` is used where a draw brings none of its own. Throws InputError as above, and for a
  /// dispersion that is not positive.
  static CountLikelihood negative_binomial(std::vector<double> observed, double dispersion,
                                           double floor = kSmallestExpectedCount);

  [[nodiscard]] std::size_t outputs() const { return observed_.size(); }
  [[nodiscard]] const std::vector<double>& observed() const { return observed_; }
  /// Whether it is negative binomial.
  [[nodiscard]] bool has_dispersion() const { return dispersion_.has_value(); }

  /// - log likelihood of single runs: outputs [runs][outputs] -> [runs]. `log_dispersion` is [runs], or empty
  /// for the constant.
  [[nodiscard]] std::vector<double> single_run_values(std::span<const double> outputs,
                                                      std::span<const double> log_dispersion = {}) const;

  /// Loss of each draw: outputs [draws * replicates][outputs] -> [draws].
  Var<double> operator()(Tape<double>& tape, Var<double> outputs, int replicates) const;
  /// The same with each draw's own log k: log_dispersion [draws]. For the negative binomial only.
  Var<double> operator()(Tape<double>& tape, Var<double> outputs, int replicates,
                         Var<double> log_dispersion) const;

 private:
  CountLikelihood(std::vector<double> observed, std::optional<double> dispersion, double floor);

  /// log probability of output o = x, its derivatives by x and by log k.
  [[nodiscard]] CountProbability probability(std::size_t o, double x, double dispersion) const;
  /// log likelihood of each replicate of draw `draw`. [replicates]
  [[nodiscard]] std::vector<double> log_likelihoods(std::span<const double> outputs, std::size_t draw,
                                                    std::size_t replicates, double dispersion) const;
  void value(std::span<const double> outputs, const double* log_dispersion, std::size_t replicates,
             std::span<double> loss) const;
  /// Adds to outputs_adj and log_dispersion_adj; either may be null.
  void adjoint(std::span<const double> outputs, const double* log_dispersion, std::size_t replicates,
               std::span<const double> loss_adj, double* outputs_adj, double* log_dispersion_adj) const;
  Var<double> record(Tape<double>& tape, Var<double> outputs, int replicates,
                     std::span<const Var<double>> log_dispersion) const;
  [[nodiscard]] double dispersion_of(const double* log_dispersion, std::size_t draw) const;

  std::vector<double> observed_;      // [outputs], NaN where missing
  std::optional<double> dispersion_;  // absent: Poisson
  double floor_;
};

}  // namespace starling
