#pragma once

#include <fstream>
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
  for (const auto& row : rows)
    for (const double value : row) result.push_back(value);
  return result;
}

/// Reverse mode on Tape<double>, one sweep per record: the Jacobian of model(theta) -> [1][records] by the
/// parameters of a single draw. [records][parameters]
template <class Model>
std::vector<double> reverse_jacobian_of(const std::vector<double>& theta, const Model& model) {
  const HostArray argument{{1, static_cast<std::int64_t>(theta.size())}, theta};
  return reverse_jacobian(
      Exec::cpu(1),
      [&](Tape<double>&, std::span<const Var<double>> arguments) { return model(arguments[0]); },
      std::span(&argument, 1), 0);
}

/// The same by forward mode: the model runs on a tape of Dual numbers, once per parameter.
template <class Model>
std::vector<double> forward_jacobian_of(const std::vector<double>& theta, const Model& model) {
  const std::size_t parameters = theta.size();
  std::vector<double> jacobian;
  for (std::size_t p = 0; p < parameters; ++p) {
    Tape<Dual<double>> tape(Exec::cpu(1));
    std::vector<Dual<double>> seeded(theta.begin(), theta.end());
    seeded[p].tangent = 1.0;
    const std::vector<Dual<double>> series =
        model(tape.constant({1, static_cast<std::int64_t>(parameters)}, seeded)).value();
    jacobian.resize(series.size() * parameters);
    for (std::size_t record = 0; record < series.size(); ++record)
      jacobian[record * parameters + p] = series[record].tangent;
  }
  return jacobian;
}

/// Uploads a host array to whatever tape `like` lives on.
template <class Real>
Var<Real> constant_like(Var<Real> like, const Shape& shape, const std::vector<double>& values) {
  return like.tape().constant(shape, std::vector<Real>(values.begin(), values.end()));
}

}  // namespace starling::test
