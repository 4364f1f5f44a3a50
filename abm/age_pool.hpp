#pragma once

#include <cstdint>
#include <cstdlib>

#include <starling/abm/synthesis_figures.hpp>

namespace starling {

/// The people of an area who have no household yet, by single year of age. Drawing is without replacement, so
/// the ages of all households together are exactly those of the area.
class AgePool {
 public:
  explicit AgePool(const AgeCounts& people) : initial_(people), remaining_(people) {}

  [[nodiscard]] double remaining(int age) const { return static_cast<double>(remaining_[index(age)]); }
  /// Fraction of the people of this age who are still here; a factor that keeps any age from draining early.
  [[nodiscard]] double share(int age) const {
    return remaining_[index(age)] > 0 ? remaining(age) / static_cast<double>(initial_[index(age)]) : 0.0;
  }

  /// Takes one person aged first … last with probability proportional to weight(age), which must be 0 where
  /// nobody remains. Where all weights are 0, the remaining age nearest to `preferred` is taken.
  template <typename Weight>
  int draw(int first, int last, int preferred, double uniform, Weight weight) {
    AgeWeights cumulative;
    double sum = 0.0;
    for (int age = first; age <= last; ++age) cumulative[index(age)] = sum += weight(age);
    int drawn = first;
    if (sum > 0.0)
      while (cumulative[index(drawn)] <= uniform * sum) ++drawn;
    else
      drawn = nearest(first, last, preferred);
    --remaining_[index(drawn)];
    return drawn;
  }

 private:
  static std::size_t index(int age) { return static_cast<std::size_t>(age); }

  [[nodiscard]] int nearest(int first, int last, int preferred) const {
    int best = first;
    int distance = 2 * kAges;
    for (int age = first; age <= last; ++age) {
      if (remaining_[index(age)] == 0 || std::abs(age - preferred) >= distance) continue;
      best = age;
      distance = std::abs(age - preferred);
    }
    return best;
  }

  AgeCounts initial_;
  AgeCounts remaining_;
};

}  // namespace starling
