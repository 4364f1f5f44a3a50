#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace starling {

/// Each check throws InputError with "place: name = value, expected rule" when its rule is broken.

void check_positive(std::string_view place, std::string_view name, double value);
void check_non_negative(std::string_view place, std::string_view name, double value);
/// low <= value <= high
void check_in_range(std::string_view place, std::string_view name, double value, double low, double high);
/// 0 <= index < size
void check_index(std::string_view place, std::string_view name, std::int64_t index, std::int64_t size);
void check_equal_size(std::string_view place, std::string_view name, std::int64_t size,
                      std::int64_t expected);
/// Names the first element that is NaN or infinite.
void check_finite(std::string_view place, std::string_view name, std::span<const double> values);
void check_finite(std::string_view place, std::string_view name, double value);

/// Throws InputError "place: message" unless `condition` holds.
void check_that(bool condition, std::string_view place, std::string_view message);

/// int64 to int32, or InputError naming the value when it does not fit.
std::int32_t checked_int32(std::string_view place, std::string_view name, std::int64_t value);

}  // namespace starling
