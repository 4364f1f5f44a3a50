#include <cmath>

#include <starling/core/check.hpp>
#include <starling/inference/gradient_record.hpp>

namespace starling {

namespace {

constexpr double kPartOff = 0.1;
constexpr double kStandardErrorsOff = 3.0;
// An average with an error so many times the true value says nothing, and neither do its draws.
constexpr double kTimesTooNoisy = 10.0;
// Draws on one tape, which keeps what the simulator needs of each of them.
constexpr std::size_t kDrawsPerTape = 8;

}  // namespace

std::vector<std::size_t> GradientRecord::wrong() const {
  std::vector<std::size_t> result;
  for (std::size_t p = 0; p < differences.size(); ++p) {
    const MeanEstimate& truth = differences[p];
    const double largest = std::abs(truth.mean) + kStandardErrorsOff * truth.standard_error;
    if (!EstimatorError{gradient[p], sd[p], truth}.is_right(kPartOff, kStandardErrorsOff) ||
        gradient[p].standard_error > kTimesTooNoisy * largest)
      result.push_back(p);
  }
  return result;
}

GradientRecord record_gradient(const RecordedOutputs& loss, std::span<const double> theta, std::size_t draws,
                               std::uint64_t noise) {
  const std::size_t parameters = theta.size();
  const std::vector<double> gradients =
      independent_estimates(loss, theta, draws, kDrawsPerTape, noise);  // [draws][parameters]
  check_equal_size("record_gradient", "derivatives of the loss", static_cast<std::int64_t>(gradients.size()),
                   static_cast<std::int64_t>(draws * parameters));
  GradientRecord record;
  record.theta.assign(theta.begin(), theta.end());
  for (std::size_t p = 0; p < parameters; ++p) {
    std::vector<double> own;
    for (std::size_t draw = 0; draw < draws; ++draw) own.push_back(gradients[draw * parameters + p]);
    const EstimatorError error = estimator_error(own, {});
    record.gradient.push_back(error.estimate);
    record.sd.push_back(error.sd);
  }
  return record;
}

void add_differences(const NoisyFunction& loss, std::span<const DifferenceStep> steps, std::size_t runs,
                     std::uint64_t noise, GradientRecord& record) {
  const LocalDerivatives found = local_derivatives(loss, repeated_point(record.theta, runs), steps, noise);
  check_equal_size("add_differences", "outputs of the loss", found.outputs, 1);
  record.differences.clear();
  for (int input = 0; input < found.inputs; ++input)
    record.differences.push_back(found.at(input, 0).derivative);
}

}  // namespace starling
