#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include <starling/core/check.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/elementary_effects.hpp>

namespace starling {

namespace {

// Steps of the stream Draw::design.
constexpr std::uint32_t kStartStep = 2;
constexpr std::uint32_t kOrderStep = 3;
// Stream of the seed.
constexpr std::uint64_t kNoise = 3;

/// An integer in [0, size).
std::uint32_t below(std::uint32_t word, std::uint32_t size) {
  return static_cast<std::uint32_t>((std::uint64_t{word} * size) >> 32);
}

/// The coordinates of a trajectory in the order in which they move.
std::vector<std::size_t> order_of(std::size_t dimensions, std::uint32_t trajectory, std::uint64_t seed) {
  std::vector<std::size_t> order(dimensions);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = dimensions; i-- > 1;) {
    const std::uint32_t word =
        random_word(seed, trajectory, kOrderStep, static_cast<std::uint32_t>(i), Draw::design);
    std::swap(order[i], order[below(word, static_cast<std::uint32_t>(i) + 1)]);
  }
  return order;
}

/// All trajectories, which move side by side.
class Trajectories {
 public:
  Trajectories(std::size_t dimensions, const ElementaryEffectSettings& settings)
      : dimensions_(dimensions), count_(static_cast<std::size_t>(settings.trajectories)) {
    const auto levels = static_cast<std::uint32_t>(settings.levels);
    for (std::uint32_t t = 0; t < count_; ++t) {
      orders_.push_back(order_of(dimensions, t, settings.seed));
      for (std::uint32_t d = 0; d < dimensions; ++d) {
        const std::uint32_t level = below(random_word(settings.seed, t, kStartStep, d, Draw::design), levels);
        points_.push_back((level + 0.5) / levels);
      }
    }
  }

  [[nodiscard]] const std::vector<double>& points() const { return points_; }
  [[nodiscard]] std::size_t moved(std::size_t trajectory, std::size_t step) const {
    return orders_[trajectory][step];
  }
  /// Moves one coordinate of each trajectory; returns by how much. [trajectories]
  std::vector<double> move(std::size_t step) {
    std::vector<double> distances;
    for (std::size_t t = 0; t < count_; ++t) {
      double& coordinate = points_[t * dimensions_ + moved(t, step)];
      distances.push_back(coordinate < 0.5 ? 0.5 : -0.5);
      coordinate += distances.back();
    }
    return distances;
  }

 private:
  std::size_t dimensions_;
  std::size_t count_;
  std::vector<std::vector<std::size_t>> orders_;  // [trajectories][dimensions]
  std::vector<double> points_;                    // [trajectories][dimensions]
};

ElementaryEffects measures_of(const std::vector<std::vector<double>>& effects, std::size_t inputs) {
  ElementaryEffects result;
  result.inputs = static_cast<int>(inputs);
  result.outputs = static_cast<int>(effects.size() / inputs);
  for (const std::vector<double>& own : effects) {
    std::vector<double> absolute;
    for (const double effect : own) absolute.push_back(std::abs(effect));
    result.effect.push_back(mean_estimate(own));
    result.absolute_effect.push_back(mean_estimate(absolute));
    result.sd.push_back(result.effect.back().standard_error * std::sqrt(static_cast<double>(own.size())));
  }
  return result;
}

using OutputsAt = std::function<std::vector<double>(const std::vector<double>& points)>;

ElementaryEffects run(const OutputsAt& outputs_at, std::size_t dimensions,
                      const ElementaryEffectSettings& settings) {
  Trajectories trajectories(dimensions, settings);
  const auto count = static_cast<std::size_t>(settings.trajectories);
  std::vector<double> before = outputs_at(trajectories.points());
  const std::size_t outputs = before.size() / count;
  std::vector<std::vector<double>> effects(dimensions * outputs);  // each [trajectories]
  for (std::size_t step = 0; step < dimensions; ++step) {
    const std::vector<double> distances = trajectories.move(step);
    std::vector<double> after = outputs_at(trajectories.points());
    for (std::size_t t = 0; t < count; ++t) {
      for (std::size_t o = 0; o < outputs; ++o)
        effects[trajectories.moved(t, step) * outputs + o].push_back(
            (after[t * outputs + o] - before[t * outputs + o]) / distances[t]);
    }
    before = std::move(after);
  }
  return measures_of(effects, dimensions);
}

void check_settings(int dimensions, const ElementaryEffectSettings& settings) {
  constexpr const char* kPlace = "elementary_effects";
  check_positive(kPlace, "dimensions", dimensions);
  check_that(settings.trajectories >= 2, kPlace,
             fmt::format("trajectories = {}, expected at least 2", settings.trajectories));
  check_that(settings.levels >= 2 && settings.levels % 2 == 0, kPlace,
             fmt::format("levels = {}, expected an even number of at least 2", settings.levels));
}

}  // namespace

ElementaryEffects elementary_effects(const NoisyFunction& function, int dimensions,
                                     const ElementaryEffectSettings& settings) {
  check_settings(dimensions, settings);
  const std::uint64_t noise = derive_seed(settings.seed, kNoise);
  return run(
      [&](const std::vector<double>& points) {
        return checked_outputs(function, points, noise, static_cast<std::size_t>(settings.trajectories));
      },
      static_cast<std::size_t>(dimensions), settings);
}

ElementaryEffects elementary_effects(const NoisyFunction& function, const Prior& prior,
                                     const ElementaryEffectSettings& settings) {
  const NoisyFunction of_unit = [&](std::span<const double> points, std::uint64_t noise) {
    return function(prior_quantiles(prior, points), noise);
  };
  return elementary_effects(of_unit, prior.dimensions(), settings);
}

}  // namespace starling
