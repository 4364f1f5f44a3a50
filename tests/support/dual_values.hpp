#pragma once

#include <cstddef>
#include <vector>

#include <starling/core/dual.hpp>

namespace starling::test {

/// Numbers of a forward-mode type from values and derivatives.
template <class Real>
std::vector<starling::Dual<Real>> duals(const std::vector<double>& values,
                                        const std::vector<double>& tangents) {
  std::vector<starling::Dual<Real>> result;
  for (std::size_t i = 0; i < values.size(); ++i)
    result.push_back({static_cast<Real>(values[i]), static_cast<Real>(tangents[i])});
  return result;
}
template <class Real>
std::vector<Real> values_of(const std::vector<starling::Dual<Real>>& numbers) {
  std::vector<Real> result;
  for (const starling::Dual<Real>& number : numbers) result.push_back(number.value);
  return result;
}
template <class Real>
std::vector<Real> tangents_of(const std::vector<starling::Dual<Real>>& numbers) {
  std::vector<Real> result;
  for (const starling::Dual<Real>& number : numbers) result.push_back(number.tangent);
  return result;
}

}  // namespace starling::test
