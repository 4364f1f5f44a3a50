#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace starling::app {

/// Reads observed series from a CSV file with a header: column `step` and the named series, found by name in
/// any order; other columns are not looked at. Rows may come in any order; steps 0 … steps - 1 must all be
/// there, each once; later ones are not used. Returns [steps][series]. Throws InputError naming file, line,
/// column, value and rule: a missing or repeated column, a value that is not a number, not finite or
/// negative, a row too short, a step twice, a step missing.
std::vector<double> read_observed_series(const std::filesystem::path& file,
                                         std::span<const std::string> series, std::int64_t steps);

}  // namespace starling::app
