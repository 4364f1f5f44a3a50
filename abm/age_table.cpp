#include <charconv>

#include <fmt/format.h>

#include <starling/abm/age_table.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

/// Reads all of `text` as a whole number; false when it is none.
bool read_age(std::string_view text, int& age) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, age);
  return !text.empty() && result.ec == std::errc() && result.ptr == end;
}

}  // namespace

AgeBandValue parse_age_band(std::string_view text, double value) {
  AgeBandValue band{0, 0, value};
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || !read_age(text.substr(0, dash), band.low_age) ||
      !read_age(text.substr(dash + 1), band.high_age) || band.low_age >= band.high_age)
    throw InputError(fmt::format(
        "parse_age_band: band = \"{}\", expected two increasing whole years such as \"5-20\"", text));
  return band;
}

AgeTable expand_age_bands(std::span<const AgeBandValue> bands) {
  AgeTable table{};
  std::array<bool, kTableAges> covered{};
  for (const AgeBandValue& band : bands) {
    if (band.low_age < 0 || band.high_age > kTableAges || band.low_age >= band.high_age)
      throw InputError(fmt::format("expand_age_bands: band = {}-{}, expected increasing ages from 0 to {}",
                                   band.low_age, band.high_age, kTableAges));
    for (int age = band.low_age; age < band.high_age; ++age) {
      const auto k = static_cast<std::size_t>(age);
      if (covered[k])
        throw InputError(fmt::format(
            "expand_age_bands: band = {}-{} covers age {} again, expected bands that do not overlap",
            band.low_age, band.high_age, age));
      covered[k] = true;
      table[k] = band.value;
    }
  }
  return table;
}

}  // namespace starling
