#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <starling/inference/variational.hpp>

namespace starling {

/// A calibration's state as bytes: header with version and fingerprint, doubles as they are in memory,
/// checksum. `fingerprint` identifies the problem (configuration, seed): a state is only taken up again by
/// the same problem.
std::string write_checkpoint(const VariationalState& state, std::uint64_t fingerprint);

/// Throws InputError naming what is wrong: not a checkpoint, another version, another problem, truncated,
/// damaged.
VariationalState read_checkpoint(std::string_view bytes, std::uint64_t fingerprint);

/// FNV-1a hash of a text, for fingerprints and checksums.
std::uint64_t fingerprint_of(std::string_view text);

}  // namespace starling
