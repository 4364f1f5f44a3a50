#pragma once

#include <cstdint>
#include <limits>

#include <starling/core/launch.cuh>

namespace starling::cuda {

/// Splits a position of [rows][columns] for a thread that takes one column.
template <class Body, class Index>
struct RunBody {
  Body body;
  Index columns;
  __device__ void operator()(std::int64_t position) const {
    // In 32 bits where the array allows it: a division in 64 bits costs more than the memory access.
    const auto at = static_cast<Index>(position);
    const Index row = at / columns;
    const auto column = static_cast<std::int64_t>(at - row * columns);
    body(static_cast<std::int64_t>(row), column, column + 1);
  }
};

template <class Body>
struct SingleColumnBody {
  Body body;
  __device__ void operator()(std::int64_t row) const { body(row, 0, 1); }
};

/// Device counterpart of for_each_run_cpu; queued on the context's stream.
template <class Body>
void for_each_run_cuda(const Exec& exec, const char* name, std::int64_t rows, std::int64_t columns,
                       const Body& body) {
  const std::int64_t positions = rows * columns;
  if (columns == 1) return for_each_cuda(exec, name, rows, SingleColumnBody<Body>{body});
  if (positions <= std::numeric_limits<std::uint32_t>::max())
    return for_each_cuda(exec, name, positions,
                         RunBody<Body, std::uint32_t>{body, static_cast<std::uint32_t>(columns)});
  for_each_cuda(exec, name, positions,
                RunBody<Body, std::uint64_t>{body, static_cast<std::uint64_t>(columns)});
}

}  // namespace starling::cuda
