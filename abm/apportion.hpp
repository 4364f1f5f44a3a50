#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/abm/synthesis_figures.hpp>

namespace starling {

/// Whole numbers that sum to `total` in proportion to `weights`, by the method of largest remainders (ties go
/// to the first). Throws InputError when no weight is positive and total is.
std::vector<std::int64_t> apportion(std::span<const double> weights, std::int64_t total);

/// The same for ordered classes: every run of neighbouring classes also gets its share to within one, so that
/// a small total does not leave out all of many rare classes. Element i is the step of the rounded cumulative
/// share.
std::vector<std::int64_t> apportion_in_order(std::span<const double> weights, std::int64_t total);

/// How many of `people` belong to a part that has the share `shares[age]` (at most 1) of each age: every
/// range of ages is within one person of its share. Element i is the step of the rounded cumulative number.
AgeCounts apportion_ages(const AgeCounts& people, const AgeWeights& shares);

}  // namespace starling
