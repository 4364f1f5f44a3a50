#include <cmath>

#include <doctest/doctest.h>

#include <starling/core/reproducible_math.hpp>

TEST_SUITE_BEGIN("core");

TEST_CASE("reproducible exp, log and 1 - exp(-x) stay within their stated errors") {
  double exp_error = 0.0;
  double log_error = 0.0;
  double complement_error = 0.0;
  for (int i = 0; i <= 200000; ++i) {
    const float x = -80.0F + 160.0F * static_cast<float>(i) / 200000.0F;
    const double exact = std::exp(static_cast<double>(x));
    exp_error = std::max(exp_error, std::abs(starling::reproducible_exp(x) - exact) / exact);
    const auto positive = static_cast<float>(exact);
    const double exact_log = std::log(static_cast<double>(positive));
    log_error = std::max(log_error, std::abs(starling::reproducible_log(positive) - exact_log) /
                                        std::max(1.0, std::abs(exact_log)));
    const auto small = static_cast<float>(std::pow(10.0, -9.0 + 11.0 * i / 200000.0));
    const double exact_complement = -std::expm1(-static_cast<double>(small));
    complement_error =
        std::max(complement_error,
                 std::abs(starling::one_minus_exp_negative(small) - exact_complement) / exact_complement);
    CHECK_FALSE(starling::one_minus_exp_negative(small) > small);
  }
  CHECK(exp_error < 1.2e-7);
  CHECK(log_error < 1.5e-7);
  CHECK(complement_error < 3e-7);
}

// Bits computed once and kept: any compiler, optimisation level or device must reproduce them.
TEST_CASE("reproducible functions have fixed bits") {
  CHECK(starling::detail::bits_of_float(starling::reproducible_exp(-1.0F)) == 0x3ebc5ab2U);
  CHECK(starling::detail::bits_of_float(starling::reproducible_log(10.0F)) == 0x40135d8eU);
  CHECK(starling::reproducible_exp(0.0F) == 1.0F);
  CHECK(starling::reproducible_log(1.0F) == 0.0F);
  CHECK(starling::one_minus_exp_negative(0.0F) == 0.0F);
}

TEST_SUITE_END();
