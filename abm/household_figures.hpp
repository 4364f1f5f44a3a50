#pragma once

#include <filesystem>

#include <starling/abm/synthesis_figures.hpp>

namespace starling {

/// Reads the tables of households, couples, parents and children under `folder` (data/population).
/// Throws InputError for a file that is missing or breaks a rule.
HouseholdFigures read_household_figures(const std::filesystem::path& folder);

}  // namespace starling
