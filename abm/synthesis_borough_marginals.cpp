#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include <starling/abm/school_synthesis.hpp>
#include <starling/abm/synthesis_borough_marginals.hpp>

namespace starling {

namespace {

// Counts of the population, element i of each for the borough of code i.
struct BoroughCounts {
  std::vector<AgeWeights> ages;                                          // [boroughs][age]
  std::vector<std::array<double, kHouseholdSizes + 1>> household_sizes;  // [boroughs][people]
  std::vector<std::array<double, kWorkplaceBands>> workplaces;           // [work boroughs][size band]
  std::vector<std::vector<double>> workers;                              // [home boroughs][work boroughs]
  std::vector<double> places_off;                                        // [boroughs]
  std::vector<double> register_places;                                   // [boroughs]

  explicit BoroughCounts(std::size_t boroughs)
      : ages(boroughs),
        household_sizes(boroughs),
        workplaces(boroughs),
        workers(boroughs, std::vector<double>(boroughs, 0.0)),
        places_off(boroughs, 0.0),
        register_places(boroughs, 0.0) {}
};

void count_people_and_households(const Population& population, const std::vector<std::int32_t>& borough,
                                 BoroughCounts& counts) {
  for (std::size_t i = 0; i < borough.size(); ++i)
    counts.ages[static_cast<std::size_t>(borough[i])][population.age_years[i]] += 1.0;
  for_each_venue(population, "household", [&](std::span<const std::int32_t> members) {
    const auto home = static_cast<std::size_t>(borough[static_cast<std::size_t>(members.front())]);
    counts.household_sizes[home][std::min<std::size_t>(members.size(), kHouseholdSizes)] += 1.0;
  });
}

void count_work(const Population& population, const std::vector<std::int32_t>& borough,
                const std::vector<std::int64_t>& company_offsets, BoroughCounts& counts) {
  std::int64_t company = 0;
  std::size_t work = 0;
  for_each_venue(population, "company", [&](std::span<const std::int32_t> members) {
    while (company >= company_offsets[work + 1]) ++work;
    ++company;
    counts.workplaces[work][workplace_band(members.size())] += 1.0;
    for (const std::int32_t agent : members)
      counts.workers[static_cast<std::size_t>(borough[static_cast<std::size_t>(agent)])][work] += 1.0;
  });
}

// A phase of the register: its rolls and the ages of its pupils.
struct Phase {
  std::int64_t SchoolRoll::*roll;
  int first_age;
  int last_age;
};
constexpr Phase kPhases[] = {{&SchoolRoll::primary, kFirstPrimaryAge, kFirstSecondaryAge - 1},
                             {&SchoolRoll::secondary, kFirstSecondaryAge, kAdultAge - 1}};

// Compares each open school of the register with its roll. Where there are enough pupils for the whole
// register, the places of schools that did not open are off as well.
void count_places(const Population& population, const SynthesisFigures& figures,
                  const std::vector<std::size_t>& boroughs, const std::vector<std::int32_t>& borough,
                  const SynthesisRecord& record, const Phase& phase, BoroughCounts& counts) {
  std::vector<std::int64_t> open_places(boroughs.size(), 0);
  std::size_t school = 0;
  for_each_venue(population, "school", [&](std::span<const std::int32_t> members) {
    const std::int64_t places = record.register_places[school++].*phase.roll;
    const std::int64_t pupils = count_aged(population, members, phase.first_age, phase.last_age);
    if (places == 0 || pupils == 0) return;
    const auto home = static_cast<std::size_t>(borough[static_cast<std::size_t>(members.front())]);
    counts.places_off[home] += static_cast<double>(std::abs(pupils - places));
    open_places[home] += places;
  });
  for (std::size_t home = 0; home < boroughs.size(); ++home) {
    std::int64_t all = 0;
    for (const SchoolRoll& roll : figures.schools[boroughs[home]]) all += roll.*phase.roll;
    double pupils = 0.0;
    for (int age = phase.first_age; age <= phase.last_age; ++age)
      pupils += counts.ages[home][static_cast<std::size_t>(age)];
    const bool enough = pupils >= static_cast<double>(all);
    if (enough) counts.places_off[home] += static_cast<double>(all - open_places[home]);
    counts.register_places[home] += static_cast<double>(enough ? all : open_places[home]);
  }
}

template <typename Deviation>
Marginal worst(std::string_view figure, const std::vector<std::size_t>& boroughs,
               const SynthesisFigures& figures, Deviation deviation) {
  std::size_t worst_place = 0;
  double largest = -1.0;
  for (std::size_t place = 0; place < boroughs.size(); ++place) {
    const double value = deviation(place, boroughs[place]);
    if (value <= largest) continue;
    largest = value;
    worst_place = place;
  }
  return {fmt::format("{}, worst borough ({})", figure, figures.boroughs[boroughs[worst_place]]), 0.0,
          largest};
}

std::array<double, kAgeBands.size()> in_bands(const AgeWeights& ages) {
  std::array<double, kAgeBands.size()> bands{};
  for (std::size_t band = 0; band < bands.size(); ++band)
    for (int age = kAgeBands[band].first; age <= kAgeBands[band].last; ++age)
      bands[band] += ages[static_cast<std::size_t>(age)];
  return bands;
}

double commuting_deviation(const SynthesisFigures& figures, const std::vector<std::size_t>& boroughs,
                           std::size_t home, const std::vector<double>& workers) {
  std::vector<double> target;
  for (const std::size_t work : boroughs) target.push_back(figures.commuters[boroughs[home]][work]);
  return total_variation(target, workers);
}

}  // namespace

std::vector<Marginal> measure_boroughs(const Population& population, const SynthesisFigures& figures,
                                       const std::vector<std::size_t>& boroughs,
                                       const SynthesisRecord& record) {
  const std::vector<std::int32_t>& borough = population.attribute("borough").codes;
  BoroughCounts counts(boroughs.size());
  count_people_and_households(population, borough, counts);
  count_work(population, borough, record.company_offsets, counts);
  for (const Phase& phase : kPhases)
    count_places(population, figures, boroughs, borough, record, phase, counts);
  const auto ages = [&](std::size_t place, std::size_t index) {
    AgeWeights residents{};
    std::copy(figures.residents[index].begin(), figures.residents[index].end(), residents.begin());
    return total_variation(in_bands(residents), in_bands(counts.ages[place]));
  };
  return {worst("ages", boroughs, figures, ages),
          worst("household sizes", boroughs, figures,
                [&](std::size_t place, std::size_t) {
                  return total_variation(figures.households.size_share, counts.household_sizes[place]);
                }),
          worst("school rolls", boroughs, figures,
                [&](std::size_t place, std::size_t) {
                  return counts.places_off[place] / std::max(1.0, counts.register_places[place]);
                }),
          worst("workplace sizes", boroughs, figures,
                [&](std::size_t place, std::size_t index) {
                  return total_variation(figures.workplaces[index], counts.workplaces[place]);
                }),
          worst("work boroughs", boroughs, figures, [&](std::size_t place, std::size_t) {
            return commuting_deviation(figures, boroughs, place, counts.workers[place]);
          })};
}

}  // namespace starling
