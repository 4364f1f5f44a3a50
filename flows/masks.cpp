#include <algorithm>

#include <starling/flows/masks.hpp>

namespace starling {

std::vector<int> input_degrees(int dimensions) {
  std::vector<int> degrees;
  for (int i = 1; i <= dimensions; ++i) degrees.push_back(i);
  return degrees;
}

std::vector<int> hidden_degrees(int dimensions, int units) {
  std::vector<int> degrees;
  for (int k = 0; k < units; ++k)
    degrees.push_back(k % std::max(1, dimensions - 1) + std::min(1, dimensions - 1));
  return degrees;
}

std::vector<int> output_degrees(int dimensions) {
  std::vector<int> degrees;
  for (int i = 1; i <= dimensions; ++i) degrees.insert(degrees.end(), 2, i);
  return degrees;
}

std::vector<double> hidden_mask(std::span<const int> to, std::span<const int> from) {
  std::vector<double> mask;
  for (const int o : to)
    for (const int i : from) mask.push_back(o >= i ? 1.0 : 0.0);
  return mask;
}

std::vector<double> output_mask(std::span<const int> to, std::span<const int> from) {
  std::vector<double> mask;
  for (const int o : to)
    for (const int i : from) mask.push_back(o > i ? 1.0 : 0.0);
  return mask;
}

}  // namespace starling
