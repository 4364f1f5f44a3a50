#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <starling/abm/population.hpp>
#include <starling/app/configuration.hpp>
#include <starling/core/exec.hpp>
#include <starling/inference/gradient_free_posterior.hpp>
#include <starling/inference/summary.hpp>
#include <starling/inference/variational.hpp>

namespace starling::app {

/// Epochs after which the loss has come to rest: from there on its mean over the last tenth of all epochs
/// stays within `part` of what it is at the end. At least one epoch.
std::size_t epochs_to_settle(const std::vector<EpochRecord>& history, double part);

/// A calibration with one estimator of derivatives.
struct EstimatorCalibration {
  std::string estimator;
  std::string refusal;                     // why there is none; else empty
  std::size_t epochs_to_settle = 0;        // within a twentieth
  double seconds_to_settle = 0.0;          // of processor time where the host works
  double seconds = 0.0;                    // of all epochs
  double last_loss = 0.0;                  // mean over the last tenth of the epochs
  std::vector<MarginalSummary> marginals;  // [parameters]
};

/// Calibrations of one observation with several estimators, beside a posterior that needs no derivative.
struct SeedCalibrations {
  std::uint64_t seed;
  GradientFreePosterior reference;
  std::vector<EstimatorCalibration> calibrations;
};

struct CalibrationComparison {
  std::vector<std::string> parameters;
  std::size_t epochs = 0;
  std::vector<SeedCalibrations> seeds;
};

/// Calibrates as configured, with the estimators that a calibration could use by themselves
/// (common_noise_differences, transmission_chains, straight_through, straight_through_undepleted,
/// gumbel_softmax), for `seeds` seeds from `seed` on, each with an observation of its own. A reference run
/// takes 22,528 draws of the parameters and calibrate.replicates runs of each. Throws InputError as a
/// calibration does.
CalibrationComparison compare_calibrations(const Exec& exec, const Population& population,
                                           const Configuration& configuration, std::uint64_t seed, int seeds,
                                           const std::function<void(std::string_view)>& on_calibration);

/// seed,estimator,parameter,epochs_to_settle,seconds_to_settle,epochs,seconds,last_loss,mean,sd,
/// reference_mean,reference_sd
std::string calibrations_csv(const CalibrationComparison& comparison);
/// A table for people, a row for each estimator, over all seeds and parameters: epochs and seconds until the
/// loss has come to rest (medians), seconds of a whole fit, root mean square and largest distance of the
/// posterior's centre from the reference's in the reference's standard deviations, and the smallest, mean and
/// largest width over the reference's.
std::string calibrations_table(const CalibrationComparison& comparison);

}  // namespace starling::app
