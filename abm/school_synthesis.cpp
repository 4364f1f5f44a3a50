#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <utility>

#include <starling/abm/school_synthesis.hpp>
#include <starling/abm/synthesis_stream.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

using Roll = std::int64_t SchoolRoll::*;

struct OpenSchools {
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> venue_of;  // (round, school) -> venue
  std::vector<VenueMembers> venues;
};

std::vector<std::size_t> schools_of_phase(const std::vector<SchoolRoll>& rolls, Roll roll) {
  std::vector<std::size_t> schools;
  for (std::size_t school = 0; school < rolls.size(); ++school)
    if (rolls[school].*roll > 0) schools.push_back(school);
  return schools;
}

// Every stretch of the order holds small and large schools alike: the multiples of the golden ratio fill [0,
// 1) evenly, and each picks the next school not yet picked among those sorted by roll.
std::vector<std::size_t> even_order(std::vector<std::size_t> schools, const std::vector<SchoolRoll>& rolls,
                                    Roll roll, double start) {
  constexpr double kGoldenRatio = 0.6180339887498949;
  std::stable_sort(schools.begin(), schools.end(),
                   [&](std::size_t a, std::size_t b) { return rolls[a].*roll < rolls[b].*roll; });
  std::vector<std::size_t> order;
  std::vector<bool> picked(schools.size(), false);
  for (std::size_t k = 0; k < schools.size(); ++k) {
    const double place = start + kGoldenRatio * static_cast<double>(k);
    auto rank = static_cast<std::size_t>((place - std::floor(place)) * static_cast<double>(schools.size()));
    while (picked[rank % schools.size()]) ++rank;
    picked[rank % schools.size()] = true;
    order.push_back(schools[rank % schools.size()]);
  }
  return order;
}

// The school at `turn` of a round, unless it has more places than pupils are left: then the one still closed
// in this round whose roll is nearest to their number, so that hardly any school is cut short.
std::size_t next_school(const std::vector<SchoolRoll>& rolls, std::vector<std::size_t>& order, Roll roll,
                        std::size_t turn, std::int64_t left) {
  const auto next = order.begin() + static_cast<std::ptrdiff_t>(turn);
  if (rolls[*next].*roll > left)
    std::iter_swap(next, std::min_element(next, order.end(), [&](std::size_t a, std::size_t b) {
                     return std::abs(rolls[a].*roll - left) < std::abs(rolls[b].*roll - left);
                   }));
  return *next;
}

void admit(const std::vector<std::int32_t>& pupils, const std::vector<SchoolRoll>& rolls,
           std::vector<std::size_t> order, Roll roll, OpenSchools& open) {
  auto next = pupils.begin();
  for (std::size_t turn = 0; next != pupils.end(); ++turn) {
    const std::int64_t left = pupils.end() - next;
    const bool last = rolls[order[turn % order.size()]].*roll >= left;
    const std::size_t school = next_school(rolls, order, roll, turn % order.size(), left);
    const auto [entry, is_new] = open.venue_of.try_emplace({turn / order.size(), school}, open.venues.size());
    if (is_new) open.venues.emplace_back();
    const auto end = last ? pupils.end() : next + rolls[school].*roll;
    VenueMembers& venue = open.venues[entry->second];
    venue.insert(venue.end(), next, end);
    next = end;
  }
}

void admit_phase(const std::vector<SchoolRoll>& rolls, Roll roll, const std::vector<std::int32_t>& pupils,
                 SynthesisStream& stream, OpenSchools& open) {
  if (pupils.empty()) return;
  std::vector<std::size_t> order = even_order(schools_of_phase(rolls, roll), rolls, roll, stream.uniform());
  check_that(!order.empty(), "synthesise", "rolls_by_borough.csv has no school for a phase that has pupils");
  // A school that is open for the other phase takes its own pupils of this one first.
  std::stable_partition(order.begin(), order.end(), [&](std::size_t school) {
    return open.venue_of.contains({0, school});
  });
  admit(pupils, rolls, std::move(order), roll, open);
}

std::vector<std::size_t> teaching_posts(const std::vector<VenueMembers>& venues) {
  std::vector<std::size_t> posts;
  for (const VenueMembers& venue : venues)
    posts.push_back(std::max<std::size_t>(1, (venue.size() + kPupilsPerTeacher / 2) / kPupilsPerTeacher));
  return posts;
}

}  // namespace

std::vector<SchoolRoll> rolls_for(const SynthesisFigures& figures, std::size_t borough,
                                  std::int64_t SchoolRoll::*roll) {
  if (!schools_of_phase(figures.schools[borough], roll).empty()) return figures.schools[borough];
  std::vector<SchoolRoll> all = figures.schools[borough];
  for (const auto& schools : figures.schools)
    for (const SchoolRoll& school : schools) {
      SchoolRoll one_phase;
      one_phase.*roll = school.*roll;
      all.push_back(one_phase);
    }
  return all;
}

Schools synthesise_schools(const SynthesisFigures& figures, std::size_t borough, const BoroughPeople& people,
                           std::uint64_t seed) {
  SynthesisStream stream(seed, SynthesisStage::school_order);
  OpenSchools open;
  Schools schools;
  const auto primary = agents_aged(people, kFirstPrimaryAge, kFirstSecondaryAge - 1);
  const auto secondary = agents_aged(people, kFirstSecondaryAge, kAdultAge - 1);
  admit_phase(rolls_for(figures, borough, &SchoolRoll::primary), &SchoolRoll::primary, primary, stream, open);
  admit_phase(rolls_for(figures, borough, &SchoolRoll::secondary), &SchoolRoll::secondary, secondary, stream,
              open);
  schools.register_places.resize(open.venues.size());
  for (const auto& [key, venue] : open.venue_of) {
    const auto& [round, school] = key;
    if (round == 0 && school < figures.schools[borough].size())
      schools.register_places[venue] = figures.schools[borough][school];
  }
  fill_posts(people, kYoungestTeacher, teaching_posts(open.venues), {seed, SynthesisStage::teachers},
             open.venues);
  append_venues(open.venues, schools.venues);
  return schools;
}

}  // namespace starling
