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
  for (const std::int32_t index : csr.indices) check_index(place, "indices", index, columns);
}

}  // namespace

Csr transpose(const Csr& csr, std::int64_t columns) {
  check_csr(csr, columns);
  Csr result;
  result.offsets.assign(static_cast<std::size_t>(columns) + 1, 0);
  for (const std::int32_t index : csr.indices) ++result.offsets[static_cast<std::size_t>(index) + 1];
  for (std::size_t c = 1; c < result.offsets.size(); ++c) result.offsets[c] += result.offsets[c - 1];
  result.indices.resize(csr.indices.size());
  std::vector<std::int64_t> next(result.offsets.begin(), result.offsets.end() - 1);
  for (std::int64_t row = 0; row < csr.rows(); ++row) {
    for (std::int64_t k = csr.offsets[static_cast<std::size_t>(row)];
         k < csr.offsets[static_cast<std::size_t>(row) + 1]; ++k) {
      const auto column = static_cast<std::size_t>(csr.indices[static_cast<std::size_t>(k)]);
      result.indices[static_cast<std::size_t>(next[column]++)] = static_cast<std::int32_t>(row);
    }
  }
  return result;
}

}  // namespace starling
