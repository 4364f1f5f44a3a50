#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <starling/abm/series_points.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/marginal_prior.hpp>
#include <starling/inference/weighted_losses.hpp>

namespace starling {

/// How a target's series is compared with what was observed.
enum class TargetLoss {
  negative_binomial,
  poisson,
  log_mse,   // squared differences of log10(1 + value): mean over the observed points, summed over the rows
  mse,       // mean squared difference
  relative,  // mean squared relative difference where something was observed
};

/// One of several series that a calibration explains at once.
struct TargetSettings {
  std::string name;
  SeriesTarget series;
  std::string observed = "synthetic";  // or the path of a CSV file
  /// Where series.factor was chosen and not left to follow from the share of the people that is simulated.
  bool own_factor = false;
  TargetLoss loss = TargetLoss::negative_binomial;
  double dispersion = 10.0;           // k of the negative binomial: variance mean + mean^2 / k
  bool calibrate_dispersion = false;  // log k is a parameter of its own
  double weight = 1.0;                // 0: not fitted, it checks the prediction
  /// Only how the observed total of each point divides over the rows is compared, see ObservedTotals.
  bool composition = false;

  [[nodiscard]] bool has_counts() const {
    return loss == TargetLoss::negative_binomial || loss == TargetLoss::poisson;
  }
  /// "targets.<name>.log_dispersion", the parameter of calibrate_dispersion.
  [[nodiscard]] std::string dispersion_name() const { return "targets." + name + ".log_dispersion"; }
  /// Its prior where none is given: normal about the logarithm of `dispersion`, a factor of e either way.
  [[nodiscard]] MarginalPrior default_dispersion_prior() const;
};

/// Throws InputError "calibrate.targets.<name>: …" for what check_series_target() refuses, for counts of
/// cumulative series (they are not independent), for a composition of anything but counts of several rows,
/// and for a calibrated dispersion of a loss that has none or is not fitted.
void check_target(const TargetSettings& target);

/// Loss of the outputs from `first` on, given what was observed in the window [rows][points], NaN where
/// nothing was. Throws InputError naming the target for values its loss cannot compare and where all are
/// missing.
Target target_loss(const TargetSettings& target, std::int64_t first, std::vector<double> observed, int rows);

/// Adds to expected values the noise of the target's likelihood, in place; other losses have none. Value i of
/// values [runs][length] draws element i; `log_dispersion` has one entry per run, or none for the configured
/// dispersion.
void add_observation_noise(const TargetSettings& target, std::size_t length,
                           std::span<const double> log_dispersion, const RandomStream& stream,
                           std::span<double> values);

}  // namespace starling
