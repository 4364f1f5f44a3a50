#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/adamw.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

template <class Real>
void check_adamw(const Exec& exec, std::int64_t n, double weight_decay) {
  const std::vector<Real> initial = as<Real>(spread(n, 9));
  std::vector<double> p(initial.begin(), initial.end());
  std::vector<double> m(p.size(), 0.0);
  std::vector<double> v(p.size(), 0.0);
  Buffer<Real> parameters(exec, initial);
  Buffer<Real> first(exec, n);
  Buffer<Real> second(exec, n);
  first.fill_zero();
  second.fill_zero();
  for (int step = 1; step <= 5; ++step) {
    const std::vector<Real> g = as<Real>(spread(n, 10 + static_cast<std::uint64_t>(step)));
    const Buffer<Real> gradient(exec, g);
    kernels::adamw<Real>(exec, {n, step, 0.01, 0.9, 0.999, 1e-8, weight_decay, gradient.data(),
                                parameters.data(), first.data(), second.data()});
    for (std::size_t i = 0; i < p.size(); ++i) {
      const auto gi = static_cast<double>(g[i]);
      m[i] = 0.9 * m[i] + 0.1 * gi;
      v[i] = 0.999 * v[i] + 0.001 * gi * gi;
      p[i] *= 1.0 - 0.01 * weight_decay;
      p[i] -=
          0.01 * (m[i] / (1 - std::pow(0.9, step))) / (std::sqrt(v[i] / (1 - std::pow(0.999, step))) + 1e-8);
    }
  }
  CHECK(worst_difference(parameters.download(), p) < (sizeof(Real) == 4 ? 2e-6 : 1e-13));
}

}  // namespace

STARLING_BACKEND_CASE("AdamW follows its published recursion over five steps") {
  for (const std::int64_t n : kSizes) {
    check_adamw<float>(exec, n, 0.1);
    check_adamw<double>(exec, n, 0.1);
    check_adamw<double>(exec, n, 0.0);
  }
}

STARLING_BACKEND_CASE("the first step of AdamW without decay has the length of the learning rate") {
  const Buffer<double> gradient(exec, std::vector<double>{1e-3, -40.0});
  Buffer<double> parameters(exec, std::vector<double>{0.0, 0.0});
  Buffer<double> moments(exec, 4);
  moments.fill_zero();
  kernels::adamw<double>(exec, {2, 1, 0.5, 0.9, 0.999, 1e-8, 0.0, gradient.data(), parameters.data(),
                                moments.data(), moments.data() + 2});
  CHECK(worst_difference(parameters.download(), {-0.5, 0.5}) < 1e-4);
}

TEST_SUITE_END();
