#pragma once

#include <filesystem>

#include <starling/abm/population.hpp>

namespace starling {

/// The project's own file of a population: HDF5 behind a user block of 512 bytes that says in plain text the
/// version of the format, the number of bytes behind the block and their FNV-1a checksum. Any HDF5 tool reads
/// the file; here the checksum is held first, so that no damaged byte reaches HDF5.
///
///   area                     text [1]
///   age_years                uint8 [agents]
///   attributes/names         text [attributes]
///   attributes/N/categories  text [categories], N = 0 … attributes - 1
///   attributes/N/codes       int32 [agents]
///   venue_types              text [venue types]
///   venue_type_offsets       int64 [venue types + 1]
///   members/offsets          int64 [venues + 1]
///   members/indices          int32 [memberships]
///   people                   int32 [venues]

/// Written aside and renamed. Throws ResourceError naming the file when it cannot be written or the build has
/// no HDF5.
void write_population_file(const std::filesystem::path& path, const Population& population);

/// Throws InputError naming the file and what is wrong: not such a file, another version, truncated, a
/// checksum that does not fit, contents that are no population.
Population read_population_file(const std::filesystem::path& path);

}  // namespace starling
