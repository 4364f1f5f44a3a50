#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace starling {

/// Whole numbers that sum to `total` in proportion to `weights`, by the method of largest remainders (ties go
/// to the first). Throws InputError when no weight is positive and total is.
std::vector<std::int64_t> apportion(std::span<const double> weights, std::int64_t total);

/// The same for ordered classes: every run of neighbouring classes also gets its share to within one, so that
/// a small total does not leave out all of many rare classes. Element i is the step of the rounded cumulative
/// share.
std::vector<std::int64_t> apportion_in_order(std::span<const double> weights, std::int64_t total);

}  // namespace starling
