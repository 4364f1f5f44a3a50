#pragma once

#include <array>
#include <span>
#include <string_view>

namespace starling {

/// Entries of a table over ages in whole years, 0 … 99.
inline constexpr int kTableAges = 100;
using AgeTable = std::array<double, kTableAges>;

/// A value for ages low_age <= age < high_age.
struct AgeBandValue {
  int low_age;
  int high_age;
  double value;
};

/// The band that a text such as "5-20" names, with the given value: ages 5 … 19. Throws InputError for any
/// other form and for a band without ages.
AgeBandValue parse_age_band(std::string_view text, double value);

/// Table with the value of each age's band, 0 for ages in no band. Throws InputError for bands that have no
/// ages or overlap.
AgeTable expand_age_bands(std::span<const AgeBandValue> bands);

}  // namespace starling
