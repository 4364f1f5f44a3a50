#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/affine_autoregressive.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

double oracle_scale(ScaleKind kind, double u) {
  if (kind == ScaleKind::bounded_exponential) return std::exp(u / (1.0 + std::abs(u) / std::log(100.0)));
  return 1.0 / (1.0 + std::exp(-u - 2.0)) + 1e-3;
}

/// d log s / du by a central difference of the oracle's own scale.
double oracle_log_slope(ScaleKind kind, double u) {
  const double h = 1e-5;
  return (std::log(oracle_scale(kind, u + h)) - std::log(oracle_scale(kind, u - h))) / (2 * h);
}

template <class Real>
void check_layer(const Exec& exec, ScaleKind kind, std::int64_t rows, std::int64_t dimensions) {
  const double tolerance = sizeof(Real) == 4 ? 1e-4 : 1e-8;
  const std::int64_t n = rows * dimensions;
  const std::vector<Real> z = as<Real>(spread(n, 1));
  const std::vector<Real> network = as<Real>(spread(2 * n, 2, -3.0, 3.0));
  const std::vector<Real> x_adj = as<Real>(spread(n, 3));
  const std::vector<Real> log_det_adj = as<Real>(spread(rows, 4));
  std::vector<double> x, z_adj, network_adj, log_det(static_cast<std::size_t>(rows), 0.0);
  for (std::size_t i = 0; i < z.size(); ++i) {
    const auto row = i / static_cast<std::size_t>(dimensions);
    const auto u = static_cast<double>(network[2 * i]);
    const double s = oracle_scale(kind, u);
    x.push_back(s * static_cast<double>(z[i]) + static_cast<double>(network[2 * i + 1]));
    log_det[row] += std::log(s);
    z_adj.push_back(s * static_cast<double>(x_adj[i]));
    network_adj.push_back(oracle_log_slope(kind, u) *
                          (z_adj.back() * static_cast<double>(z[i]) + static_cast<double>(log_det_adj[row])));
    network_adj.push_back(static_cast<double>(x_adj[i]));
  }
  const Buffer<Real> z_device(exec, z), network_device(exec, network), x_adj_device(exec, x_adj),
      log_det_adj_device(exec, log_det_adj);
  Buffer<Real> x_device(exec, n), log_det_device(exec, rows), z_adj_device(exec, n),
      network_adj_device(exec, 2 * n);
  kernels::affine_autoregressive<Real>(exec, {rows, dimensions, kind, z_device.data(), network_device.data(),
                                              x_device.data(), log_det_device.data()});
  CHECK(worst_difference(x_device.download(), x) < tolerance);
  CHECK(worst_difference(log_det_device.download(), log_det) < tolerance);
  kernels::affine_autoregressive_adjoint<Real>(
      exec, {rows, dimensions, kind, z_device.data(), network_device.data(), x_adj_device.data(),
             log_det_adj_device.data(), z_adj_device.data(), GradientMode::overwrite,
             network_adj_device.data(), GradientMode::overwrite});
  CHECK(worst_difference(z_adj_device.download(), z_adj) < tolerance);
  CHECK(worst_difference(network_adj_device.download(), network_adj) < tolerance);

  kernels::affine_autoregressive_inverse<Real>(
      exec, {rows, dimensions, dimensions, kind, x_device.data(), network_device.data(), z_adj_device.data(),
             log_det_device.data()});
  for (double& value : log_det) value = -value;
  CHECK(worst_difference(z_adj_device.download(), std::vector<double>(z.begin(), z.end())) < 10 * tolerance);
  CHECK(worst_difference(log_det_device.download(), log_det) < tolerance);
}

}  // namespace

STARLING_BACKEND_CASE("affine autoregressive layers, adjoints and inverses equal the oracle") {
  for (const ScaleKind kind : {ScaleKind::bounded_exponential, ScaleKind::sigmoid_plus}) {
    for (const std::int64_t rows : kSizes) {
      for (const std::int64_t dimensions : {1, 3}) {
        CAPTURE(rows);
        check_layer<float>(exec, kind, rows, dimensions);
        check_layer<double>(exec, kind, rows, dimensions);
      }
    }
  }
}

STARLING_BACKEND_CASE("the bounded exponential stays between 1/100 and 100 with a slope that is never 0") {
  const Buffer<double> z(exec, std::vector<double>{1.0, 1.0});
  const Buffer<double> network(exec, std::vector<double>{1e6, 0.0, -1e6, 0.0});
  const Buffer<double> x_adj(exec, std::vector<double>{0.0, 0.0});
  const Buffer<double> log_det_adj(exec, std::vector<double>{1.0, 1.0});
  Buffer<double> x(exec, 2), log_det(exec, 2), network_adj(exec, 4);
  constexpr ScaleKind kKind = ScaleKind::bounded_exponential;
  kernels::affine_autoregressive<double>(exec,
                                         {2, 1, kKind, z.data(), network.data(), x.data(), log_det.data()});
  CHECK(x.download()[0] < 100.0);
  CHECK(x.download()[1] > 0.01);
  kernels::affine_autoregressive_adjoint<double>(
      exec, {2, 1, kKind, z.data(), network.data(), x_adj.data(), log_det_adj.data(), nullptr,
             GradientMode::overwrite, network_adj.data(), GradientMode::overwrite});
  CHECK(network_adj.download()[0] > 0.0);
  CHECK(network_adj.download()[2] > 0.0);
}

TEST_SUITE_END();
