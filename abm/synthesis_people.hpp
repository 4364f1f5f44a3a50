#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/abm/synthesis_stream.hpp>
#include <starling/core/csr.hpp>

namespace starling {

/// The people of one borough while their venues are found. Agents are numbered from 0 within the borough.
struct BoroughPeople {
  std::span<const std::uint8_t> age_years;  // [people]
  std::span<std::uint8_t> employed;         // [people] 1 for those who work; cleared when they take a post
};

/// A venue while it gathers its agents.
using VenueMembers = std::vector<std::int32_t>;

/// The agents of first_age … last_age, ascending.
std::vector<std::int32_t> agents_aged(const BoroughPeople& people, int first_age, int last_age);

/// Gives posts[v] posts of venue v to random employed people of first_age to the last working age. Where too
/// few are left, the last venues go short.
void fill_posts(const BoroughPeople& people, int first_age, const std::vector<std::size_t>& posts,
                SynthesisStream stream, std::vector<VenueMembers>& venues);

/// Appends the venues, each with its agents in ascending order.
void append_venues(std::vector<VenueMembers>& venues, Csr& csr);

}  // namespace starling
