#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace starling {

/// What makes one dimension of Sobol's sequence: a primitive polynomial over two elements, as bits from the
/// highest power down to the constant term, and the first direction numbers m_1 … m_degree, which are odd.
/// The first dimension has the polynomial 1 and all m equal to 1: van der Corput's sequence.
struct SobolDimension {
  std::uint32_t polynomial;
  std::array<std::uint32_t, 9> initial;  // [degree], zeros behind
};

inline constexpr int kSobolDimensions = 64;

/// The first dimensions of Joe and Kuo's table new-joe-kuo-6.21201 (S. Joe and F. Y. Kuo, Constructing Sobol
/// sequences with better two-dimensional projections, SIAM J. Sci. Comput. 30, 2635-2654, 2008;
/// web.maths.unsw.edu.au/~fkuo/sobol).
std::span<const SobolDimension> sobol_dimensions();

}  // namespace starling
