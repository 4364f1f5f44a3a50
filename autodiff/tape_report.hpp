#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace starling {

struct TapeBytes {
  std::int64_t used;  // values, adjoints and records now
  std::int64_t held;  // kept from rewound work, to be used again
};

/// What one operation has left on a tape. Arrays that share memory count with the one that owns it.
struct OperationUse {
  std::string name;
  std::int64_t records = 0;
  std::int64_t value_bytes = 0;
  std::int64_t adjoint_bytes = 0;  // made by the reverse passes so far
};

/// What a tape holds: its operations, the largest first; among them "variable" and "constant" for the arrays
/// that no record has made.
struct TapeReport {
  std::vector<OperationUse> operations;
  TapeBytes bytes{};
};

/// A table, one line an operation, with totals.
std::string to_string(const TapeReport& report);

}  // namespace starling
