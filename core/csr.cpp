#include <algorithm>

#include <starling/core/check.hpp>
#include <starling/core/csr.hpp>

namespace starling {

namespace {

void check_csr(const Csr& csr, std::int64_t columns) {
  const char* place = "transpose";
  check_that(!csr.offsets.empty() && csr.offsets.front() == 0, place, "offsets must start with 0");
  check_equal_size(place, "indices", static_cast<std::int64_t>(csr.indices.size()), csr.offsets.back());
  for (std::size_t r = 1; r < csr.offsets.size(); ++r)
    check_that(csr.offsets[r] >= csr.offsets[r - 1], place, "offsets must not descend");
  for (const std::int32_t index : csr.indices)
    if (index < 0 || index >= columns) check_index(place, "indices", index, columns);
}

}  // namespace

Csr transpose(const Csr& csr, std::int64_t columns) {
  check_csr(csr, columns);
  Csr result;
  std::vector<std::int64_t>& offsets = result.offsets;
  offsets.assign(static_cast<std::size_t>(columns) + 1, 0);
  for (const std::int32_t index : csr.indices) ++offsets[static_cast<std::size_t>(index) + 1];
  for (std::size_t c = 1; c < offsets.size(); ++c) offsets[c] += offsets[c - 1];
  result.indices.resize(csr.indices.size());
  for (std::size_t row = 0; row + 1 < csr.offsets.size(); ++row) {
    for (std::int64_t k = csr.offsets[row]; k < csr.offsets[row + 1]; ++k) {
      const auto column = static_cast<std::size_t>(csr.indices[static_cast<std::size_t>(k)]);
      result.indices[static_cast<std::size_t>(offsets[column]++)] = static_cast<std::int32_t>(row);
    }
  }
  // Filling moved each offset to the end of its row, which is the start of the next one: no second array.
  std::move_backward(offsets.begin(), offsets.end() - 1, offsets.end());
  offsets.front() = 0;
  return result;
}

}  // namespace starling
