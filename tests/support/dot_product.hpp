#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace starling::test {

/// Sum of products, in long double.
template <class Real>
double dot(const std::vector<Real>& a, const std::vector<Real>& b) {
  long double sum = 0.0L;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<long double>(a[i]) * b[i];
  return static_cast<double>(sum);
}

/// |a - b| relative to the larger of 1 and both: for <y_adj, J dx> = <J^T y_adj, dx>.
inline double relative_gap(double a, double b) {
  return std::abs(a - b) / std::max({1.0, std::abs(a), std::abs(b)});
}

}  // namespace starling::test
