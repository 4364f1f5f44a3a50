#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

void check_positive(std::string_view place, std::string_view name, double value) {
  if (!(value > 0.0) || std::isinf(value))
    throw InputError(fmt::format("{}: {} = {}, expected a positive number", place, name, value));
}

void check_non_negative(std::string_view place, std::string_view name, double value) {
  if (!(value >= 0.0) || std::isinf(value))
    throw InputError(fmt::format("{}: {} = {}, expected a number of at least 0", place, name, value));
}

void check_in_range(std::string_view place, std::string_view name, double value, double low, double high) {
  if (!(value >= low && value <= high))
    throw InputError(
        fmt::format("{}: {} = {}, expected a number between {} and {}", place, name, value, low, high));
}

void check_index(std::string_view place, std::string_view name, std::int64_t index, std::int64_t size) {
  if (index < 0 || index >= size)
    throw InputError(
        fmt::format("{}: {} = {}, expected an index of at least 0 and below {}", place, name, index, size));
}

void check_equal_size(std::string_view place, std::string_view name, std::int64_t size,
                      std::int64_t expected) {
  if (size != expected)
    throw InputError(fmt::format("{}: {} has {} elements, expected {}", place, name, size, expected));
}

void check_finite(std::string_view place, std::string_view name, std::span<const double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]))
      throw InputError(fmt::format("{}: {}[{}] = {}, expected a finite number", place, name, i, values[i]));
  }
}

void check_finite(std::string_view place, std::string_view name, double value) {
  if (!std::isfinite(value))
    throw InputError(fmt::format("{}: {} = {}, expected a finite number", place, name, value));
}

void check_that(bool condition, std::string_view place, std::string_view message) {
  if (!condition) throw InputError(fmt::format("{}: {}", place, message));
}

std::int32_t checked_int32(std::string_view place, std::string_view name, std::int64_t value) {
  if (value < std::numeric_limits<std::int32_t>::min() || value > std::numeric_limits<std::int32_t>::max())
    throw InputError(fmt::format("{}: {} = {}, expected a 32-bit integer", place, name, value));
  return static_cast<std::int32_t>(value);
}

}  // namespace starling
