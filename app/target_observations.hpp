#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <starling/abm/series_points.hpp>
#include <starling/app/csv_reader.hpp>

namespace starling::app {

/// Reads what was observed of a target: a CSV file with a column `date` and one column for each label, named
/// by the label or by series_name(); `value` or the quantity for everyone. Each row is a day; days may be
/// missing and cells blank, and dates outside the epidemic are not used. Daily values for daily and weekly
/// targets, of which a week with a missing day is missing; cumulative ones for cumulative targets.
/// Returns [labels][points], NaN where nothing was observed. Throws InputError naming file, line, column,
/// value and rule, and for a file without any date of the epidemic.
std::vector<double> read_target_observations(const std::filesystem::path& file, const SeriesKey& key,
                                             std::span<const std::string> labels, const SeriesPoints& points);

}  // namespace starling::app
