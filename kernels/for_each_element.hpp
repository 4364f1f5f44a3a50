#pragma once

#include <cstdint>

#include <starling/core/launch.hpp>

namespace starling {

/// Fewer elements than this are done by the calling thread: waking the others takes longer, and far longer on
/// a machine that is busy.
inline constexpr std::int64_t kFewElements = 4096;

/// for_each_cpu for bodies of a few nanoseconds to a few tens of nanoseconds.
template <class Body>
void for_each_element_cpu(const Exec& exec, std::int64_t n, const Body& body) {
  if (n >= kFewElements) return for_each_cpu(exec, n, body);
  for (std::int64_t i = 0; i < n; ++i) body(i);
}

/// The same for bodies that each go through about `elements` elements.
template <class Body>
void for_each_costly_cpu(const Exec& exec, std::int64_t n, std::int64_t elements, const Body& body) {
  const int threads = n * elements >= kFewElements ? exec.threads() : 1;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
  for (std::int64_t i = 0; i < n; ++i) body(i);
}

}  // namespace starling
