#pragma once

#include <cstdint>
#include <vector>

namespace starling {

/// Compressed rows: the entries of row r are indices[offsets[r]] … indices[offsets[r + 1] - 1].
struct Csr {
  std::vector<std::int64_t> offsets{0};  // [rows + 1]
  std::vector<std::int32_t> indices;     // [entries]

  [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(offsets.size()) - 1; }
  [[nodiscard]] std::int64_t entries() const { return offsets.back(); }
};

/// The transposed relation with `columns` rows; entries of each row ascend. Throws InputError when an index
/// is outside [0, columns) or the offsets do not ascend from 0 to the number of entries.
Csr transpose(const Csr& csr, std::int64_t columns);

/// Device view of a Csr.
struct CsrView {
  const std::int64_t* offsets;
  const std::int32_t* indices;
};

}  // namespace starling
