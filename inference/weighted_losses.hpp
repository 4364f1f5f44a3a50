#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <starling/autodiff/tape.hpp>
#include <starling/inference/count_likelihood.hpp>
#include <starling/inference/observed_totals.hpp>
#include <starling/inference/quadratic_loss.hpp>

namespace starling {

/// What one loss compares: neighbouring outputs of the simulator.
struct Target {
  enum class Scale {
    natural,        // outputs as they are
    log10_one_plus  // log10(1 + output); the loss then holds observed values of that kind
  };

  std::string name;        // for messages
  std::int64_t first = 0;  // of the outputs; their number is that of the loss
  std::variant<QuadraticLoss, CountLikelihood> loss;
  double weight = 1.0;
  Scale scale = Scale::natural;
  bool own_dispersion = false;  // log k comes with the draws; for a negative binomial
  /// Where present, outputs are scaled to it before they are compared.
  std::optional<ObservedTotals> totals{};
};

/// Weighted sum of the losses of several targets.
///
/// Replicates of counts: what is averaged over a draw's replicates is the product of the likelihoods of all
/// count targets, each to the power of its weight, for they come from the same run:
///   -log((1 / R) sum over r of prod over targets of p(y | x_r)^weight)
/// Quadratic losses take their replicates as their form says and are added.
class WeightedLosses {
 public:
  /// `outputs` is the length of the simulator's output vector. Throws InputError naming the target for a
  /// weight that is not positive, a range outside the outputs, or a dispersion where there can be none.
  WeightedLosses(std::vector<Target> targets, std::int64_t outputs);

  [[nodiscard]] const std::vector<Target>& targets() const { return targets_; }
  /// Targets with own_dispersion.
  [[nodiscard]] std::int64_t dispersions() const { return dispersions_; }

  /// Loss of single runs: outputs [runs][outputs] -> [runs]. log_dispersions is [runs][dispersions()].
  [[nodiscard]] std::vector<double> single_run_values(std::span<const double> outputs,
                                                      std::span<const double> log_dispersions = {}) const;

  /// Loss of each draw: outputs [draws * replicates][outputs] -> [draws].
  Var<double> operator()(Tape<double>& tape, Var<double> outputs, int replicates) const;
  /// The same with log k of the draws, [draws][dispersions()], in the order of the targets that have their
  /// own.
  Var<double> operator()(Tape<double>& tape, Var<double> outputs, int replicates,
                         Var<double> log_dispersions) const;

 private:
  Var<double> total(Tape<double>& tape, Var<double> outputs, int replicates,
                    const Var<double>* log_dispersions) const;
  /// Weighted losses of all count targets, run by run; without a value when there are none.
  [[nodiscard]] std::optional<Var<double>> count_losses(Tape<double>& tape, Var<double> outputs,
                                                        int replicates,
                                                        const Var<double>* log_dispersions) const;
  [[nodiscard]] std::optional<Var<double>> quadratic_losses(Tape<double>& tape, Var<double> outputs,
                                                            int replicates) const;

  std::vector<Target> targets_;
  std::int64_t outputs_;
  std::int64_t dispersions_ = 0;
};

}  // namespace starling
