#pragma once

#include <filesystem>

#include <starling/abm/population.hpp>

namespace starling {

struct JuneWorldSettings {
  /// Super areas in the leisure catchment of each super area: the nearest ones, itself among them.
  int leisure_nearest = 1;
};

/// Reads a world that JUNE has saved as HDF5 (6 or 7 activity columns). Agents keep the order of the file.
/// Ids need not be row numbers; -999 and blank texts are missing.
///
/// Venue types: household, care_home, company, school, university, with a venue for every id of the group,
/// and leisure, with one for every super area, attended by all residents of its catchment. Head-counts are
/// GradABM-JUNE's: the rows of the tables that name the venue, so that who lives and works in one care home
/// counts twice there and is one member. Hospitals, travel and subgroups are left out.
///
/// Attributes: sex; where the file has them ethnicity, area, super_area, region, socioeconomic (quintile 1 to
/// 5).
///
/// Throws InputError naming the file and the dataset: not HDF5, truncated, damaged, not a world; a reference
/// to a venue or place that does not exist; a sex other than m and f; an age outside 0 … 255.
Population read_june_world(const std::filesystem::path& path, const JuneWorldSettings& settings = {});

}  // namespace starling
