#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <starling/abm/profile.hpp>
#include <starling/core/error.hpp>
#include <starling/core/fixed_point.hpp>
#include <starling/core/random.hpp>

namespace starling {

namespace {

// The largest value of g, reached at d = (shape - 1) / rate.
double peak_of(double log_scale, double shape_minus_one, double rate) {
  const double d = shape_minus_one / rate;
  return std::exp(log_scale + shape_minus_one * std::log(d) - shape_minus_one);
}

}  // namespace

void InfectiousnessProfiles::push_back(double peak, double shape, double rate, double shift) {
  log_scale.push_back(std::log(peak) + shape * std::log(rate) - std::lgamma(shape));
  shape_minus_one.push_back(shape - 1.0);
  rate_per_day.push_back(rate);
  shift_days.push_back(shift);
}

InfectiousnessProfiles draw_profiles(std::int64_t agents, const ProfileSettings& settings) {
  InfectiousnessProfiles profiles;
  for (auto* column :
       {&profiles.log_scale, &profiles.shape_minus_one, &profiles.rate_per_day, &profiles.shift_days})
    column->reserve(static_cast<std::size_t>(agents));
  for (std::int64_t agent = 0; agent < agents; ++agent) {
    const RandomWords words =
        random_words(settings.seed, static_cast<std::uint32_t>(agent), 0, 0, Draw::profile);
    const double peak =
        std::exp(settings.log_peak_mean + settings.log_peak_sd * normal_double(words.word[0]));
    const double shape = settings.shape_mean + settings.shape_sd * normal_double(words.word[1]);
    const double rate = settings.rate_mean_per_day + settings.rate_sd_per_day * normal_double(words.word[2]);
    const double shift = settings.shift_mean_days + settings.shift_sd_days * normal_double(words.word[3]);
    if (!(shape > 1.0) || !(rate > 0.0))
      throw InputError(
          fmt::format("epidemic.profile: agent {} drew shape = {} and rate = {} per day, expected shape > 1 "
                      "and rate > 0; "
                      "move the means or lower the standard deviations",
                      agent, shape, rate));
    profiles.push_back(peak, shape, rate, shift);
    const double largest = peak_of(profiles.log_scale.back(), shape - 1.0, rate);
    if (!(largest <= static_cast<double>(kLargestQuantised)))
      throw InputError(
          fmt::format("epidemic.profile: agent {} has a peak infectiousness of {}, expected at most {}",
                      agent, largest, kLargestQuantised));
  }
  return profiles;
}

double profile_reach_days(const InfectiousnessProfiles& profiles) {
  if (profiles.shift_days.empty()) return 0.0;
  // The upper tail of a Gamma(a) variable, a > 1, is at most x^a e^-x / (Gamma(a) (x - a + 1)), and grows
  // with a.
  const double a = 1.0 + std::ranges::max(profiles.shape_minus_one);
  double x = a;
  while (a * std::log(x) - x - std::lgamma(a) - std::log(x - a + 1.0) > std::log(1e-6)) x += 1.0;
  return std::max(0.0, std::ranges::max(profiles.shift_days) + x / std::ranges::min(profiles.rate_per_day));
}

}  // namespace starling
