#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include <starling/autodiff/gradient_check.hpp>
#include <starling/autodiff/rearrange.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/count_likelihood.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

const double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Probabilities of 0 … most counts by the recurrence p(y + 1) / p(y) = (y + k) / (y + 1) * mu / (mu + k).
std::vector<long double> probabilities(long double mean, long double k, int most) {
  std::vector<long double> p{std::pow(k / (k + mean), k)};
  for (int y = 0; y < most; ++y) p.push_back(p.back() * (y + k) / (y + 1.0L) * mean / (mean + k));
  return p;
}

}  // namespace

TEST_CASE("negative binomial probabilities obey their recurrence, sum to one and have the variance said") {
  for (const double mean : {0.02, 0.7, 5.0, 60.0}) {
    for (const double k : {0.3, 1.0, 7.5, 31.9, 32.1, 500.0}) {
      CAPTURE(mean);
      CAPTURE(k);
      const int most = static_cast<int>(mean + 60.0 * std::sqrt(mean + mean * mean / k)) + 60;
      const std::vector<long double> expected = probabilities(mean, k, most);
      double total = 0.0;
      double first = 0.0;
      double second = 0.0;
      for (int y = 0; y <= most; ++y) {
        const double log_p = negative_binomial_probability(y, mean, k).value;
        if (y < 200)
          CHECK(log_p == doctest::Approx(static_cast<double>(std::log(expected[static_cast<std::size_t>(y)])))
                             .epsilon(1e-11));
        total += std::exp(log_p);
        first += y * std::exp(log_p);
        second += y * static_cast<double>(y) * std::exp(log_p);
      }
      CHECK(total == doctest::Approx(1.0).epsilon(1e-9));
      CHECK(first == doctest::Approx(mean).epsilon(1e-8));
      CHECK(second - first * first == doctest::Approx(mean + mean * mean / k).epsilon(1e-6));
    }
  }
}

TEST_CASE("Poisson probabilities sum to one and have mean and variance equal") {
  for (const double mean : {0.02, 3.0, 80.0}) {
    double total = 0.0;
    double first = 0.0;
    double second = 0.0;
    double expected = std::exp(-mean);
    for (int y = 0; y < 300; ++y) {
      const double p = std::exp(poisson_probability(y, mean).value);
      CHECK(p == doctest::Approx(expected).epsilon(1e-11));
      expected *= mean / (y + 1.0);
      total += p;
      first += y * p;
      second += y * static_cast<double>(y) * p;
    }
    CHECK(total == doctest::Approx(1.0).epsilon(1e-12));
    CHECK(first == doctest::Approx(mean).epsilon(1e-12));
    CHECK(second - first * first == doctest::Approx(mean).epsilon(1e-10));
  }
}

TEST_CASE("with growing dispersion the negative binomial becomes the Poisson distribution") {
  for (const double y : {0.0, 1.0, 12.0, 3000.0}) {
    for (const double mean : {0.5, 10.0, 2500.0}) {
      CAPTURE(y);
      CAPTURE(mean);
      const double poisson = poisson_probability(y, mean).value;
      const double first_order = 0.5 * (std::pow(y - mean, 2) - y);  // times 1 / k
      CHECK((negative_binomial_probability(y, mean, 1e10).value - poisson) * 1e10 ==
            doctest::Approx(first_order).epsilon(1e-2).scale(100.0));
      CHECK(negative_binomial_probability(y, mean, 1e18).value == doctest::Approx(poisson).epsilon(1e-13));
      CHECK(negative_binomial_probability(y, mean, 1e10).by_log_dispersion ==
            doctest::Approx(-first_order / 1e10).epsilon(1e-2).scale(1e-9));
      CHECK(negative_binomial_probability(y, mean, 1e18).by_mean ==
            doctest::Approx(poisson_probability(y, mean).by_mean).epsilon(1e-12));
    }
  }
}

TEST_CASE("gradients of count likelihoods agree with differences") {
  const std::vector<double> means{3.0, 0.2, 11.0, 40.0, 2.5, 0.01, 9.0, 55.0,
                                  1.0, 4.0, 8.0,  33.0, 6.0, 0.7,  2.0, 20.0};
  const HostArray outputs{{4, 4}, means};
  const CountLikelihood poisson = CountLikelihood::poisson({2.0, 0.0, kMissing, 45.0}, 0.5);
  const CountLikelihood negative_binomial =
      CountLikelihood::negative_binomial({2.0, 0.0, kMissing, 45.0}, 3.0, 0.5);
  const auto fixed = [&](const CountLikelihood& likelihood) {
    return check_gradient(
               [&](Tape<double>& tape, std::span<const Var<double>> v) { return likelihood(tape, v[0], 2); },
               {outputs})
        .worst_relative_error;
  };
  CHECK(fixed(poisson) < 1e-8);
  CHECK(fixed(negative_binomial) < 1e-8);
  const auto both =
      check_gradient([&](Tape<double>& tape,
                         std::span<const Var<double>> v) { return negative_binomial(tape, v[0], 2, v[1]); },
                     {outputs, {{2}, {std::log(0.8), std::log(60.0)}}});
  CAPTURE(to_string(both));
  CHECK(both.worst_relative_error < 1e-8);
}

TEST_CASE("the likelihood of a draw is the mean over its replicates, missing counts left out") {
  const CountLikelihood likelihood = CountLikelihood::negative_binomial({4.0, kMissing, 1.0}, 2.0, 1e-9);
  const std::vector<double> outputs{3.0, 7.0, 2.0, 6.0, 1e9, 0.5};
  const auto run = [&](double a, double b, double k) {
    return static_cast<double>(probabilities(a, k, 4)[4] * probabilities(b, k, 1)[1]);
  };
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.constant({2, 3}, outputs);
  const double one = run(3.0, 2.0, 2.0);
  const double two = run(6.0, 0.5, 2.0);
  CHECK(likelihood(tape, x, 2).value()[0] == doctest::Approx(-std::log(0.5 * (one + two))));
  CHECK(likelihood(tape, x, 1).value()[1] == doctest::Approx(-std::log(two)));
  CHECK(likelihood.single_run_values(outputs)[0] == doctest::Approx(-std::log(one)));
  const std::vector<double> own{std::log(0.5), std::log(9.0)};
  CHECK(likelihood(tape, x, 1, tape.constant({2}, own)).value()[1] ==
        doctest::Approx(-std::log(run(6.0, 0.5, 9.0))));
  CHECK(likelihood.single_run_values(outputs, own)[0] == doctest::Approx(-std::log(run(3.0, 2.0, 0.5))));
}

TEST_CASE("a case where none was expected has a finite cost and a slope") {
  const CountLikelihood likelihood = CountLikelihood::poisson({1.0}, 1e-3);
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.variable({3, 1}, std::vector<double>{0.0, 5.0, -1.0});
  const Var<double> loss = likelihood(tape, x, 1);
  CHECK(loss.value()[0] == doctest::Approx(-std::log(1e-3) + 1e-3));
  CHECK(loss.value()[1] == doctest::Approx(5.0 - std::log(5.0)).epsilon(1e-6));
  tape.backward(loss, std::vector<double>{1.0, 1.0, 1.0});
  CHECK(x.adjoint()[0] == doctest::Approx(0.5 * (1.0 - 1e3)));
  CHECK(x.adjoint()[2] < 0.0);
}

TEST_CASE("replicates of huge difference neither overflow nor vanish") {
  const CountLikelihood likelihood = CountLikelihood::poisson({2000.0, 3000.0});
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.variable({2, 2}, std::vector<double>{1.0, 1.0, 2000.0, 3000.0});
  const Var<double> loss = likelihood(tape, x, 2);
  const double best = likelihood.single_run_values(std::vector<double>{2000.0, 3000.0})[0];
  CHECK(loss.value()[0] == doctest::Approx(best + std::log(2.0)));
  tape.backward(loss, std::vector<double>{1.0});
  for (const double value : x.adjoint()) CHECK(std::isfinite(value));
}

TEST_CASE("what is no count and what is no dispersion is refused") {
  CHECK_THROWS_WITH_AS(CountLikelihood::poisson({1.0, 2.5}), doctest::Contains("observed[1] = 2.5"),
                       InputError);
  CHECK_THROWS_WITH_AS(CountLikelihood::poisson({-1.0}), doctest::Contains("observed[0] = -1"), InputError);
  CHECK_THROWS_AS(CountLikelihood::poisson({}), InputError);
  CHECK_THROWS_WITH_AS(CountLikelihood::negative_binomial({1.0}, 0.0), doctest::Contains("dispersion = 0"),
                       InputError);
  const CountLikelihood poisson = CountLikelihood::poisson({1.0});
  Tape<double> tape(Exec::cpu(1));
  const Var<double> x = tape.constant({2, 1}, std::vector<double>{1.0, 2.0});
  CHECK_THROWS_WITH_AS(poisson(tape, x, 1, x), doctest::Contains("no dispersion"), InputError);
  CHECK_THROWS_AS(poisson(tape, x, 3), InputError);
}

TEST_SUITE_END();
