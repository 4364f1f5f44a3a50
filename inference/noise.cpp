#include <algorithm>
#include <cmath>

#include <Eigen/Dense>
#include <fmt/format.h>

#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/noise.hpp>

namespace starling {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Matrix inverse_with_floor(const Matrix& correlation) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(correlation);
  const Eigen::VectorXd inverse = solver.eigenvalues().cwiseMax(kSmallestEigenvalue).cwiseInverse();
  return solver.eigenvectors() * inverse.asDiagonal() * solver.eigenvectors().transpose();
}

}  // namespace

NoiseModel measure_noise(std::span<const double> outputs, std::int64_t runs) {
  check_positive("measure_noise", "runs", static_cast<double>(runs));
  const auto size = static_cast<std::int64_t>(outputs.size()) / runs;
  check_equal_size("measure_noise", "outputs", static_cast<std::int64_t>(outputs.size()), size * runs);
  if (runs <= size + 2)
    throw InputError(fmt::format(
        "calibrate.noise_runs = {}, expected more than the {} observed numbers plus 2", runs, size));
  for (const double value : outputs) {
    if (!std::isfinite(value)) throw NonFiniteError("measure_noise: a simulated output is not finite");
  }
  const Eigen::Map<const Matrix> rows(outputs.data(), runs, size);
  const Eigen::RowVectorXd mean = rows.colwise().mean();
  const Matrix centred = rows.rowwise() - mean;
  const auto degrees = static_cast<double>(runs - 1);
  const Matrix covariance = centred.transpose() * centred / degrees;
  const Eigen::VectorXd sd = covariance.diagonal().cwiseSqrt();
  const Eigen::VectorXd safe_sd = sd.cwiseMax(kSmallestNoiseSd);
  const Eigen::VectorXd inverse_sd = safe_sd.cwiseInverse();
  Matrix correlation = inverse_sd.asDiagonal() * covariance * inverse_sd.asDiagonal();
  correlation.diagonal().setOnes();
  const double unbias = static_cast<double>(runs - size - 2) / degrees;
  const Matrix precision =
      unbias * (inverse_sd.asDiagonal() * inverse_with_floor(correlation) * inverse_sd.asDiagonal());
  NoiseModel noise;
  noise.mean.assign(mean.data(), mean.data() + size);
  noise.sd.assign(sd.data(), sd.data() + size);
  noise.precision.assign(precision.data(), precision.data() + size * size);
  return noise;
}

}  // namespace starling
