#pragma once

#include <filesystem>

#include <starling/abm/population.hpp>

namespace starling {

/// A population as a folder of comma-separated tables, for worlds from anywhere:
///
///   people.csv       id, age (0 … 255), and a column for each attribute
///   venues.csv       id, type, and if wanted people: the head-count that sets the contact probability; where
///   it
///                    is blank or missing, the number of members
///   memberships.csv  person, venue
///   names.csv        may be missing: file, column, name. The area ("population", "area"), and the categories
///   of
///                    attributes ("people", column) and venue types ("venues", "type") in their order, also
///                    those that nobody has
///
/// Ids are any texts. People keep their order, venues theirs within a type. Without names.csv the area is the
/// folder's name, types come in the order they are met and categories in alphabetical order; those of sex are
/// always male, female.

/// Throws InputError naming file, line, column, value and rule.
Population read_population_csv(const std::filesystem::path& folder);

/// Reading the folder gives the same population again; ids are row numbers. The folder is made where it is
/// missing; all files are written before the first takes its place. Throws ResourceError naming the path, and
/// InputError for attributes named id or age.
void write_population_csv(const std::filesystem::path& folder, const Population& population);

}  // namespace starling
