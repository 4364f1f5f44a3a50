#include <cmath>

#include <doctest/doctest.h>

#include <starling/core/error.hpp>
#include <starling/inference/optimizer.hpp>
#include <starling/inference/pilot.hpp>
#include <starling/inference/summary.hpp>

TEST_SUITE_BEGIN("inference");

using namespace starling;

TEST_CASE("the learning rate warms up linearly and falls to zero along a cosine") {
  const LearningRateSchedule rate{.peak = 0.5, .warm_up_epochs = 10, .epochs = 110};
  CHECK(rate(0) == doctest::Approx(0.05));
  CHECK(rate(9) == doctest::Approx(0.5));
  CHECK(rate(10) == doctest::Approx(0.5));
  CHECK(rate(60) == doctest::Approx(0.25));
  CHECK(rate(110) == doctest::Approx(0.0));
}

TEST_CASE("clipping keeps short gradients and scales long ones to the limit") {
  std::vector<double> gradient{3.0, 4.0};
  CHECK(clip_by_global_norm(gradient, 10.0) == doctest::Approx(5.0));
  CHECK(gradient[0] == 3.0);
  CHECK(clip_by_global_norm(gradient, 1.0) == doctest::Approx(5.0));
  CHECK(gradient[0] == doctest::Approx(0.6));
  CHECK(gradient[1] == doctest::Approx(0.8));
  gradient[1] = std::nan("");
  CHECK_THROWS_WITH_AS(clip_by_global_norm(gradient, 1.0), doctest::Contains("gradient[1] = nan"),
                       NonFiniteError);
}

TEST_CASE("the optimiser finds the minimum of a quadratic and averages its iterates") {
  OptimizerState state({5.0, -3.0});
  for (int step = 1; step <= 2000; ++step) {
    const std::vector<double> gradient{2.0 * (state.parameters[0] - 1.0), 20.0 * (state.parameters[1] - 2.0)};
    state.update(gradient, step, 0.02, 0.0);
    if (step > 1500) state.add_to_average();
  }
  CHECK(state.parameters[0] == doctest::Approx(1.0).epsilon(1e-6));
  CHECK(state.average()[1] == doctest::Approx(2.0).epsilon(1e-6));
  CHECK(state.iterates_summed == 500);
}

TEST_CASE("the search narrows to the minimum of a distance, also with failing draws") {
  const auto distance = [](std::span<const double> theta, int) {
    std::vector<double> result;
    for (std::size_t i = 0; i < theta.size(); i += 2) {
      const double value = std::pow(theta[i] - 1.3, 2) + 4.0 * std::pow(theta[i + 1] + 0.7, 2);
      result.push_back(theta[i] < -1.0 ? std::nan("") : value);
    }
    return result;
  };
  const SearchRegion region = search({{0.0, 0.0}, {1.0, 1.0}}, {.rounds = 10}, 5, distance);
  CHECK(region.mean[0] == doctest::Approx(1.3).epsilon(0.02));
  CHECK(region.mean[1] == doctest::Approx(-0.7).epsilon(0.02));
  CHECK_THROWS_AS(search({{0.0}, {1.0}}, {.draws = 4, .elites = 8}, 1, distance), InputError);
}

TEST_CASE("quantiles interpolate between order statistics") {
  CHECK(quantile({3.0, 1.0, 2.0}, 0.5) == 2.0);
  CHECK(quantile({3.0, 1.0, 2.0}, 0.25) == doctest::Approx(1.5));
  CHECK(quantile({7.0}, 0.975) == 7.0);
  const std::vector<double> series{0.0, 10.0, 2.0, 30.0, 1.0, 20.0};
  const std::vector<double> half{0.5};
  CHECK(pointwise_quantiles(series, 2, half)[0] == std::vector<double>{1.0, 20.0});
}

TEST_SUITE_END();
