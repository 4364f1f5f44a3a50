#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <starling/abm/synthesis.hpp>
#include <starling/abm/synthesis_figures.hpp>

namespace starling::test {

/// Settings that read the tree's own data folder.
SynthesisSettings synthesis_settings(std::vector<std::string> areas, double scale, std::uint64_t seed = 1);

/// The figures in the tree's data folder.
const SynthesisFigures& synthesis_figures();

/// A tenth of Camden, synthesised once.
const Synthesis& tenth_of_camden();

using Members = std::span<const std::int32_t>;

void for_each_venue(const Population& population, std::string_view venue_type,
                    const std::function<void(Members)>& visit);

int age(const Population& population, std::int32_t agent);

/// How many venues of the type each agent belongs to.
std::vector<int> memberships_in(const Population& population, std::string_view venue_type);

/// The named marginal; fails the test where there is none.
Marginal marginal(const Synthesis& synthesis, std::string_view name);

/// Checks against the figures, borough by borough, in a population of whole boroughs (scale 1): each age to
/// the person; household sizes to a total variation of 0.02; 99 % of the register's places in schools of
/// exactly the register's rolls. Measured from the population alone.
void check_whole_boroughs(const Population& population);

}  // namespace starling::test
