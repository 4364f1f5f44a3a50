#include <cmath>

#include <fmt/format.h>

#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/noisy_function.hpp>

namespace starling {

std::vector<double> prior_quantiles(const Prior& prior, std::span<const double> unit_points) {
  const std::vector<MarginalPrior>& marginals = prior.marginals();
  check_that(unit_points.size() % marginals.size() == 0, "prior_quantiles",
             fmt::format("{} values, expected rows of {} parameters", unit_points.size(), marginals.size()));
  std::vector<double> theta;
  theta.reserve(unit_points.size());
  for (std::size_t i = 0; i < unit_points.size(); ++i)
    theta.push_back(marginals[i % marginals.size()].quantile(unit_points[i]));
  return theta;
}

std::vector<double> checked_outputs(const NoisyFunction& function, std::span<const double> points,
                                    std::uint64_t noise, std::size_t rows) {
  std::vector<double> outputs = function(points, noise);
  check_that(!outputs.empty() && outputs.size() % rows == 0, "NoisyFunction",
             fmt::format("{} outputs, expected the same number for each of {} rows", outputs.size(), rows));
  const std::size_t each = outputs.size() / rows;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!std::isfinite(outputs[i]))
      throw NonFiniteError(
          fmt::format("NoisyFunction: output {} of row {} is {}", i % each, i / each, outputs[i]));
  }
  return outputs;
}

}  // namespace starling
