#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <starling/inference/prior.hpp>

namespace starling {

/// Several numbers as a function of a point, for many points at a time: points [rows][dimensions] ->
/// [rows][outputs]. A function that draws random numbers takes them from the pair (noise, row): calls with
/// the same noise share row by row the same random numbers, whatever the points are. Others ignore the noise.
using NoisyFunction = std::function<std::vector<double>(std::span<const double> points, std::uint64_t noise)>;

/// Points of the unit cube as the prior's quantiles, coordinate by coordinate: [rows][dimensions].
/// Throws InputError for a coordinate that is not inside (0, 1).
std::vector<double> prior_quantiles(const Prior& prior, std::span<const double> unit_points);

/// Calls the function and checks what it returns. Throws InputError when the outputs do not divide into
/// `rows` rows, NonFiniteError naming row and output when one is not finite.
std::vector<double> checked_outputs(const NoisyFunction& function, std::span<const double> points,
                                    std::uint64_t noise, std::size_t rows);

}  // namespace starling
