#pragma once

#include <algorithm>
#include <cstdint>

#include <starling/core/exec.hpp>
#include <starling/kernels/for_each_element.hpp>

namespace starling {

/// Work that one task of the host takes, in terms or element-wise operations: long enough to forget the cost
/// of handing it out, short enough to level rows of different cost.
inline constexpr std::int64_t kTaskWork = 1024;

/// Calls body(row, first, end) until every column of every row is covered once; calls are independent. The
/// array is cut into blocks of positions, whatever its shape, so that one long row is shared between threads
/// as well as many short ones. `work` is what a position costs, in element-wise operations.
template <class Body>
void for_each_run_cpu(const Exec& exec, std::int64_t rows, std::int64_t columns, const Body& body,
                      std::int64_t work = 1) {
  const std::int64_t positions = rows * columns;
  const std::int64_t block_size = std::max<std::int64_t>(1, kTaskWork / work);
  const std::int64_t blocks = (positions + block_size - 1) / block_size;
  const int threads = positions < kFewElements / work ? 1 : exec.threads();
#pragma omp parallel for schedule(dynamic, 4) num_threads(threads)
  for (std::int64_t block = 0; block < blocks; ++block) {
    std::int64_t position = block * block_size;
    const std::int64_t block_end = std::min(positions, position + block_size);
    std::int64_t row = position / columns;
    std::int64_t first = position - row * columns;
    while (position < block_end) {
      const std::int64_t end = std::min(columns, first + block_end - position);
      body(row++, first, end);
      position += end - first;
      first = 0;
    }
  }
}

}  // namespace starling
