#pragma once

#include <filesystem>
#include <string_view>

#include <starling/abm/network_settings.hpp>

namespace starling {

/// Attendance of one network from a table with the columns network, day (weekday or weekend), sex (male or
/// female), age_from, age_to (exclusive) and probability. Ages in no band do not take part; the band that
/// holds age 99 stands for everyone older as well. Throws InputError for a file that cannot be read, a
/// network that has no rows (listing those that have), bands that overlap and probabilities outside [0, 1].
AttendanceTable read_attendance(const std::filesystem::path& path, std::string_view network);

}  // namespace starling
