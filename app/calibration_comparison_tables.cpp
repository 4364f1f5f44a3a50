#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <starling/app/calibration_comparison.hpp>
#include <starling/app/csv_writer.hpp>

namespace starling::app {

namespace {

/// Of one estimator over all seeds and parameters.
struct Figures {
  std::vector<double> epochs_to_settle, seconds_to_settle, seconds, last_loss;  // [seeds]
  std::vector<double> shift;  // [seeds * parameters] of the centre, in the reference's standard deviations
  std::vector<double> width;  // [seeds * parameters] over the reference's
};

Figures figures_of(const CalibrationComparison& comparison, std::size_t estimator) {
  Figures figures;
  for (const SeedCalibrations& seed : comparison.seeds) {
    const EstimatorCalibration& calibration = seed.calibrations[estimator];
    if (!calibration.refusal.empty()) continue;
    figures.epochs_to_settle.push_back(static_cast<double>(calibration.epochs_to_settle));
    figures.seconds_to_settle.push_back(calibration.seconds_to_settle);
    figures.seconds.push_back(calibration.seconds);
    figures.last_loss.push_back(calibration.last_loss);
    for (std::size_t p = 0; p < comparison.parameters.size(); ++p) {
      const MarginalSummary& marginal = calibration.marginals[p];
      figures.shift.push_back((marginal.mean - seed.reference.mean[p]) / seed.reference.sd[p]);
      figures.width.push_back(marginal.sd / seed.reference.sd[p]);
    }
  }
  return figures;
}

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double root_mean_square(std::vector<double> values) {
  for (double& value : values) value *= value;
  return std::sqrt(mean(values));
}

double largest_size(const std::vector<double>& values) {
  double largest = 0.0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

std::string row_of(const std::string& estimator, const Figures& figures, std::size_t seeds) {
  const std::size_t done = figures.seconds.size();
  if (done == 0) return fmt::format("| {} | no fit ended | | | | | | |\n", estimator);
  const auto [narrowest, widest] = std::ranges::minmax(figures.width);
  return fmt::format(
      "| {}{} | {:.0f} | {:.1f} | {:.1f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} ({:.2f} … {:.2f}) |\n",
      estimator, done < seeds ? fmt::format(" ({} of {} seeds)", done, seeds) : "",
      quantile(figures.epochs_to_settle, 0.5), quantile(figures.seconds_to_settle, 0.5),
      mean(figures.seconds), mean(figures.last_loss), root_mean_square(figures.shift),
      largest_size(figures.shift), mean(figures.width), narrowest, widest);
}

}  // namespace

std::string calibrations_csv(const CalibrationComparison& comparison) {
  CsvWriter csv(std::vector<std::string>{"seed", "estimator", "parameter", "epochs_to_settle",
                                         "seconds_to_settle", "epochs", "seconds", "last_loss", "mean", "sd",
                                         "reference_mean", "reference_sd"});
  for (const SeedCalibrations& seed : comparison.seeds) {
    for (const EstimatorCalibration& calibration : seed.calibrations) {
      if (!calibration.refusal.empty()) continue;
      for (std::size_t p = 0; p < comparison.parameters.size(); ++p)
        csv.row(static_cast<std::int64_t>(seed.seed), calibration.estimator, comparison.parameters[p],
                static_cast<std::int64_t>(calibration.epochs_to_settle), calibration.seconds_to_settle,
                static_cast<std::int64_t>(comparison.epochs), calibration.seconds, calibration.last_loss,
                calibration.marginals[p].mean, calibration.marginals[p].sd, seed.reference.mean[p],
                seed.reference.sd[p]);
    }
  }
  return csv.text();
}

std::string calibrations_table(const CalibrationComparison& comparison) {
  std::string text =
      "| estimator | epochs to settle | seconds to settle | seconds of the fit | loss at the end | centre, "
      "rms | "
      "centre, largest | width |\n|---|---|---|---|---|---|---|---|\n";
  if (comparison.seeds.empty()) return text;
  const std::vector<EstimatorCalibration>& compared = comparison.seeds.front().calibrations;
  for (std::size_t e = 0; e < compared.size(); ++e)
    text += row_of(compared[e].estimator, figures_of(comparison, e), comparison.seeds.size());
  double noise = 0.0, error = 0.0, lack = 0.0;
  for (const SeedCalibrations& seed : comparison.seeds) {
    noise = std::max(noise, seed.reference.noise_sd);
    error = std::max(error, seed.reference.noise_error);
    lack = std::max(lack, seed.reference.lack_of_fit);
  }
  return text +
         fmt::format(
             "\nReference, largest of all seeds, in its log density: noise of a single loss {:.1f}, error "
             "that this leaves {:.2f}, root mean square by which the polynomials of the two highest "
             "degrees differ {:.2f}. Where one of the last two is not small against 1, it is no "
             "reference.\n",
             noise, error, lack);
}

}  // namespace starling::app
