#pragma once

#include <type_traits>

#include <starling/core/macros.hpp>

// For functions and lambdas whose local arrays must stay in registers: they have to be inlined before the
// compiler decides where arrays live. Compilers that heed a loop's unroll pragma do so after that.
#if defined(__CUDACC__)
#define STARLING_INLINE __forceinline__
#define STARLING_INLINE_LAMBDA
#else
#define STARLING_INLINE inline __attribute__((always_inline))
#define STARLING_INLINE_LAMBDA __attribute__((always_inline))
#endif

namespace starling {

/// f(integral_constant<int, i>) for first <= i < end, without a loop.
template <int end, int first = 0, class Use>
STARLING_HD STARLING_INLINE void unrolled(const Use& use) {
  if constexpr (first < end) {
    use(std::integral_constant<int, first>{});
    unrolled<end, first + 1>(use);
  }
}

/// f(row, column) as unrolled().
template <int rows, int columns, class Use>
STARLING_HD STARLING_INLINE void unrolled_pairs(const Use& use) {
  unrolled<rows>([&](auto row) STARLING_INLINE_LAMBDA {
    unrolled<columns>([&](auto column) STARLING_INLINE_LAMBDA { use(row, column); });
  });
}

}  // namespace starling
