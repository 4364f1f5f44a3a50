#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/matmul.hpp>

#include "../support/backends.hpp"
#include "../support/dot_product.hpp"
#include "../support/dual_values.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

struct Product {
  std::int64_t m, k, n;
  bool a_transposed = false;
  bool b_transposed = false;
};

/// Which of the implementations; the device's tiles also run on the host.
template <class Real>
using Multiply = void (*)(const Exec&, const MatmulArgs<Real>&);
template <class Real>
void multiply_by_kernel(const Exec& exec, const MatmulArgs<Real>& args) {
  kernels::matmul<Real>(exec, args);
}

template <class Real>
std::vector<Real> multiply(const Exec& exec, const Product& c, const std::vector<Real>& a,
                           const std::vector<Real>& b, GradientMode mode = GradientMode::overwrite,
                           Multiply<Real> implementation = &multiply_by_kernel<Real>) {
  const Buffer<Real> a_device(exec, a);
  const Buffer<Real> b_device(exec, b);
  Buffer<Real> y(exec, std::vector<Real>(static_cast<std::size_t>(c.m * c.n), Real(1)));
  Buffer<AccumulatorOf<Real>> workspace(exec, matmul_workspace(c.m, c.k, c.n));
  implementation(exec, {c.m, c.k, c.n, c.a_transposed, c.b_transposed, a_device.data(), b_device.data(),
                        y.data(), mode, workspace.data()});
  return y.download();
}

template <class Real>
std::vector<double> oracle(const Product& c, const std::vector<Real>& a, const std::vector<Real>& b,
                           double start) {
  std::vector<double> y;
  for (std::int64_t i = 0; i < c.m; ++i)
    for (std::int64_t j = 0; j < c.n; ++j) {
      long double sum = start;
      for (std::int64_t l = 0; l < c.k; ++l)
        sum += static_cast<long double>(
                   a[static_cast<std::size_t>(c.a_transposed ? l * c.m + i : i * c.k + l)]) *
               b[static_cast<std::size_t>(c.b_transposed ? j * c.k + l : l * c.n + j)];
      y.push_back(static_cast<double>(sum));
    }
  return y;
}

template <class Real>
void check_product(const Exec& exec, const Product& c, Multiply<Real> implementation) {
  const std::vector<Real> a = as<Real>(spread(c.m * c.k, 1));
  const std::vector<Real> b = as<Real>(spread(c.k * c.n, 2));
  const double tolerance = kTolerance<Real> * 20;
  CHECK(worst_difference(multiply(exec, c, a, b, GradientMode::overwrite, implementation),
                         oracle(c, a, b, 0.0)) < tolerance);
  CHECK(worst_difference(multiply(exec, c, a, b, GradientMode::accumulate, implementation),
                         oracle(c, a, b, 1.0)) < tolerance);
}

/// The derivative of a product is two products.
void check_dual(const Exec& exec, const Product& c) {
  const std::vector<double> a = spread(c.m * c.k, 1);
  const std::vector<double> b = spread(c.k * c.n, 2);
  const std::vector<double> da = spread(c.m * c.k, 3);
  const std::vector<double> db = spread(c.k * c.n, 4);
  const auto y = multiply(exec, c, duals<double>(a, da), duals<double>(b, db));
  CHECK(worst_difference(values_of(y), oracle(c, a, b, 0.0)) < 1e-12);
  std::vector<double> dy = oracle(c, da, b, 0.0);
  const std::vector<double> other = oracle(c, a, db, 0.0);
  for (std::size_t i = 0; i < dy.size(); ++i) dy[i] += other[i];
  CHECK(worst_difference(tangents_of(y), dy) < 1e-12);
}

void check_all(const Exec& exec, Product c) {
  CAPTURE(c.m);
  CAPTURE(c.k);
  CAPTURE(c.n);
  for (const bool a_transposed : {false, true}) {
    for (const bool b_transposed : {false, true}) {
      c.a_transposed = a_transposed;
      c.b_transposed = b_transposed;
      check_product<float>(exec, c, &multiply_by_kernel<float>);
      check_product<double>(exec, c, &multiply_by_kernel<double>);
      check_dual(exec, c);
      if (exec.backend() == Backend::cpu) check_product<double>(exec, c, &cpu::matmul_by_tiles<double>);
    }
  }
}

}  // namespace

STARLING_BACKEND_CASE("matrix products equal the oracle, transposed or not, at all sizes") {
  for (const std::int64_t size : kSizes) {
    check_all(exec, {size, 5, 3});
    check_all(exec, {3, size, 5});
    check_all(exec, {5, 3, size});
    check_all(exec, {33, 65, size});
  }
  check_all(exec, {1, 1, 1});
  check_all(exec, {65, 1100, 70});
  check_all(exec, {2, 3, 2050});
}

STARLING_BACKEND_CASE("a product over a depth of a million is summed in groups and equals the oracle") {
  const Product c{2, 1000003, 3, true, false};
  CHECK(matmul_groups(c.m, c.k, c.n) == 64);
  const std::vector<float> a = as<float>(spread(c.m * c.k, 5));
  const std::vector<float> b = as<float>(spread(c.k * c.n, 6));
  CHECK(worst_difference(multiply(exec, c, a, b), oracle(c, a, b, 0.0)) < 1e-5);
}

STARLING_BACKEND_CASE("adjoints of a matrix product are the transpose of its derivative") {
  const Product c{1031, 1009, 37};
  const std::vector<double> a = spread(c.m * c.k, 7);
  const std::vector<double> b = spread(c.k * c.n, 8);
  const std::vector<double> da = spread(c.m * c.k, 9);
  const std::vector<double> db = spread(c.k * c.n, 10);
  const std::vector<double> y_adj = spread(c.m * c.n, 11);
  const auto a_adj = multiply(exec, {c.m, c.n, c.k, false, true}, y_adj, b);
  const auto b_adj = multiply(exec, {c.k, c.m, c.n, true, false}, a, y_adj);
  CHECK(relative_gap(dot(y_adj, multiply(exec, c, da, b)), dot(a_adj, da)) < 1e-12);
  CHECK(relative_gap(dot(y_adj, multiply(exec, c, a, db)), dot(b_adj, db)) < 1e-12);
}

TEST_CASE("a matrix product has the same bits for any number of threads") {
  for (const Product& c : {Product{300, 700, 90}, Product{3, 90000, 5, true}, Product{200, 200, 2000}}) {
    const std::vector<float> a = as<float>(spread(c.m * c.k, 12));
    const std::vector<float> b = as<float>(spread(c.k * c.n, 13));
    const std::vector<float> one = multiply(Exec::cpu(1), c, a, b);
    for (const int threads : {2, 3, 7}) CHECK(multiply(Exec::cpu(threads), c, a, b) == one);
  }
}

TEST_SUITE_END();
