#pragma once

#include <fstream>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <starling/autodiff/autodiff.hpp>

namespace starling::test {

/// Figures of BlackBIRDS 1.3; the file names source and formula.
inline nlohmann::json read_golden(const std::string& name) {
  std::ifstream file(std::string(STARLING_SOURCE_DIR "/tests/golden/") + name);
  REQUIRE(file.good());
  return nlohmann::json::parse(file);
}

/// A Jacobian given as one row per record, flat: [records][parameters].
inline std::vector<double> flat(const nlohmann::json& rows) {
  std::vector<double> result;
  for (const auto& row : rows) {
    for (const double value : row) result.push_back(value);
  }
  return result;
}

/// One draw of parameters.
inline HostArray one_draw(const std::vector<double>& theta) {
  return {{1, static_cast<std::int64_t>(theta.size())}, theta};
}

/// Reverse mode on Tape<double>, one sweep per record, of a model theta [draws][parameters] -> series
/// [draws][records]. [records][parameters]
template <class Model>
std::vector<double> reverse_jacobian_of(const HostArray& theta, Model model) {
  const TapeFunction function = [model](Tape<double>&, std::span<const Var<double>> arguments) {
    return model(arguments[0]);
  };
  return jacobian(Exec::cpu(1), function, std::span(&theta, 1), 0);
}

/// Forward mode: the same code on a tape of Dual numbers, once per parameter. [records][parameters]
template <class Model>
std::vector<double> forward_jacobian_of(const HostArray& theta, Model model) {
  const TapeFunction function = [model](auto&, auto arguments) { return model(arguments[0]); };
  const std::size_t parameters = theta.values.size();
  std::vector<double> rows;
  for (std::size_t p = 0; p < parameters; ++p) {
    PerArgument direction{std::vector<double>(parameters, 0.0)};
    direction[0][p] = 1.0;
    const std::vector<double> column = jvp(Exec::cpu(1), function, std::span(&theta, 1), direction);
    rows.resize(column.size() * parameters);
    for (std::size_t record = 0; record < column.size(); ++record)
      rows[record * parameters + p] = column[record];
  }
  return rows;
}

/// A model's series for rows of theta.
template <class Model>
std::vector<double> series_of(const HostArray& theta, Model model) {
  Tape<double> tape(Exec::cpu(1));
  return model(tape.constant(theta.shape, theta.values)).value();
}

/// The same parameters for many draws.
inline HostArray repeated(const std::vector<double>& theta, std::int64_t draws) {
  HostArray result{{draws, static_cast<std::int64_t>(theta.size())}, {}};
  for (std::int64_t draw = 0; draw < draws; ++draw)
    result.values.insert(result.values.end(), theta.begin(), theta.end());
  return result;
}

/// Uploads a host array to whatever tape `like` lives on.
template <class Real>
Var<Real> constant_like(Var<Real> like, const Shape& shape, const std::vector<double>& values) {
  return like.tape().constant(shape, std::vector<Real>(values.begin(), values.end()));
}

struct MeanAndVariance {
  double mean = 0.0;
  double variance = 0.0;
};
inline MeanAndVariance moments_of(const std::vector<double>& values) {
  MeanAndVariance result;
  const auto n = static_cast<double>(values.size());
  for (const double value : values) result.mean += value / n;
  for (const double value : values)
    result.variance += (value - result.mean) * (value - result.mean) / (n - 1.0);
  return result;
}

}  // namespace starling::test
