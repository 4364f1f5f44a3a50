#include <cmath>
#include <numeric>
#include <span>

#include <fmt/format.h>

#include <starling/abm/school_synthesis.hpp>
#include <starling/abm/synthesis_marginals.hpp>

namespace starling {

namespace {

struct AgeBand {
  const char* name;
  int first;
  int last;
};
constexpr AgeBand kAgeBands[] = {{"0-4", 0, 4},         {"5-17", 5, 17},   {"18-29", 18, 29},
                                 {"30-44", 30, 44},     {"45-64", 45, 64}, {"65-79", 65, 79},
                                 {"80+", 80, kAges - 1}};

template <std::size_t size>
void normalise(std::array<double, size>& values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  for (double& value : values) value = sum > 0.0 ? value / sum : 0.0;
}

// Half the sum of the absolute differences of two distributions.
template <std::size_t size>
double total_variation(std::array<double, size> a, std::array<double, size> b) {
  normalise(a);
  normalise(b);
  double sum = 0.0;
  for (std::size_t i = 0; i < size; ++i) sum += std::fabs(a[i] - b[i]);
  return 0.5 * sum;
}

// Calls visit(ages of the members) for each venue of the type.
template <typename Visit>
void for_each_venue(const Population& population, const char* name, Visit visit) {
  const auto type = static_cast<std::size_t>(population.venue_type(name));
  for (std::int64_t v = population.venue_type_offsets[type]; v < population.venue_type_offsets[type + 1];
       ++v) {
    const auto venue = static_cast<std::size_t>(v);
    const auto first = static_cast<std::size_t>(population.members.offsets[venue]);
    const auto last = static_cast<std::size_t>(population.members.offsets[venue + 1]);
    visit(std::span(population.members.indices).subspan(first, last - first));
  }
}

std::int64_t count_aged(const Population& population, std::span<const std::int32_t> members, int first,
                        int last) {
  std::int64_t count = 0;
  for (const std::int32_t agent : members) {
    const int age = population.age_years[static_cast<std::size_t>(agent)];
    count += age >= first && age <= last ? 1 : 0;
  }
  return count;
}

double ratio(double a, double b) {
  return b > 0.0 ? a / b : 0.0;
}

void append_ages(const Population& population, const SynthesisTargets& targets,
                 std::vector<Marginal>& marginals) {
  AgeWeights achieved{};
  for (const std::uint8_t age : population.age_years) achieved[age] += 1.0;
  AgeWeights achieved_share = achieved;
  AgeWeights target_share = targets.ages;
  normalise(achieved_share);
  normalise(target_share);
  const auto share = [](const AgeWeights& shares, const AgeBand& band) {
    return std::accumulate(shares.begin() + band.first, shares.begin() + band.last + 1, 0.0);
  };
  marginals.push_back({"residents", targets.residents, static_cast<double>(population.agents())});
  for (const AgeBand& band : kAgeBands)
    marginals.push_back({fmt::format("residents aged {}", band.name), share(target_share, band),
                         share(achieved_share, band)});
  marginals.push_back(
      {"total variation of single years of age", 0.0, total_variation(targets.ages, achieved)});
}

void append_households(const Population& population, const SynthesisTargets& targets,
                       std::vector<Marginal>& marginals) {
  std::array<double, kHouseholdSizes + 1> sizes{};
  double with_children = 0.0;
  double households = 0.0;
  for_each_venue(population, "household", [&](std::span<const std::int32_t> members) {
    households += 1.0;
    with_children += count_aged(population, members, 0, kAdultAge - 1) > 0 ? 1.0 : 0.0;
    sizes[std::min<std::size_t>(members.size(), kHouseholdSizes)] += 1.0;
  });
  const double variation = total_variation(targets.household_sizes, sizes);
  std::array<double, kHouseholdSizes + 1> target = targets.household_sizes;
  normalise(target);
  normalise(sizes);
  for (std::size_t size = 1; size < sizes.size(); ++size)
    marginals.push_back({fmt::format("households of {}", size), target[size], sizes[size]});
  marginals.push_back({"total variation of household sizes", 0.0, variation});
  marginals.push_back(
      {"households with children", targets.households_with_children, ratio(with_children, households)});
}

void append_schools(const Population& population, const SynthesisTargets& targets,
                    std::vector<Marginal>& marginals) {
  std::int64_t pupils[2] = {0, 0};
  std::int64_t rolls[2] = {0, 0};
  std::int64_t teachers = 0;
  for_each_venue(population, "school", [&](std::span<const std::int32_t> members) {
    const std::int64_t of_phase[2] = {
        count_aged(population, members, kFirstPrimaryAge, kFirstSecondaryAge - 1),
        count_aged(population, members, kFirstSecondaryAge, kAdultAge - 1)};
    for (int phase = 0; phase < 2; ++phase) {
      pupils[phase] += of_phase[phase];
      rolls[phase] += of_phase[phase] > 0 ? 1 : 0;
    }
    teachers += count_aged(population, members, kAdultAge, kAges - 1);
  });
  const auto mean = [&](int phase) {
    return ratio(static_cast<double>(pupils[phase]), static_cast<double>(rolls[phase]));
  };
  marginals.push_back({"mean primary roll", targets.primary_roll, mean(0)});
  marginals.push_back({"mean secondary roll", targets.secondary_roll, mean(1)});
  marginals.push_back({"pupils per teacher", static_cast<double>(kPupilsPerTeacher),
                       ratio(static_cast<double>(pupils[0] + pupils[1]), static_cast<double>(teachers))});
}

void append_work(const Population& population, const SynthesisTargets& targets,
                 std::vector<Marginal>& marginals) {
  std::array<double, kWorkplaceBands> bands{};
  std::int64_t working = 0;
  for_each_venue(population, "company", [&](std::span<const std::int32_t> members) {
    std::size_t band = 0;
    while (band + 1 < bands.size() && static_cast<int>(members.size()) > kWorkplaceBandLimits[band].second)
      ++band;
    bands[band] += 1.0;
    working += static_cast<std::int64_t>(members.size());
  });
  for_each_venue(population, "school", [&](std::span<const std::int32_t> members) {
    working += count_aged(population, members, kAdultAge, kAges - 1);
  });
  std::int64_t of_working_age = 0;
  for (const std::uint8_t age : population.age_years)
    of_working_age += age >= kAdultAge && age <= kLastWorkingAge ? 1 : 0;
  marginals.push_back({fmt::format("employed of those aged {}-{}", kAdultAge, kLastWorkingAge),
                       targets.employed,
                       ratio(static_cast<double>(working), static_cast<double>(of_working_age))});
  std::array<double, kWorkplaceBands> target = targets.workplaces;
  const double variation = total_variation(target, bands);
  normalise(target);
  normalise(bands);
  for (std::size_t band = 0; band < bands.size(); ++band)
    marginals.push_back(
        {fmt::format("workplaces of {}", kWorkplaceBandNames[band]), target[band], bands[band]});
  marginals.push_back({"total variation of workplace sizes", 0.0, variation});
}

}  // namespace

double mean_couple_difference_years(const HouseholdFigures& figures) {
  double couples = 0.0;
  double years = 0.0;
  for (std::size_t age = 0; age < kAges; ++age) {
    const auto& row = figures.couple_difference[age];
    const double sum = std::accumulate(row.begin(), row.end(), 0.0);
    double mean = 0.0;
    for (std::size_t place = 0; place < row.size(); ++place)
      mean += row[place] * std::abs(static_cast<double>(place) - HouseholdFigures::kCoupleReach);
    couples += figures.reference_in_couple[age];
    years += figures.reference_in_couple[age] * ratio(mean, sum);
  }
  return ratio(years, couples);
}

double share_with_children(const HouseholdFigures& figures) {
  double with_children = 0.0;
  double all = 0.0;
  for (std::size_t children = 0; children < figures.composition.size(); ++children)
    for (const double share : figures.composition[children]) {
      all += share;
      with_children += children > 0 ? share : 0.0;
    }
  return ratio(with_children, all);
}

double mean_roll(const SynthesisFigures& figures, const std::vector<std::size_t>& boroughs,
                 std::int64_t SchoolRoll::*roll) {
  double pupils = 0.0;
  double schools = 0.0;
  for (const std::size_t borough : boroughs)
    for (const SchoolRoll& school : rolls_for(figures, borough, roll)) {
      pupils += static_cast<double>(school.*roll);
      schools += school.*roll > 0 ? 1.0 : 0.0;
    }
  return ratio(pupils, schools);
}

std::vector<Marginal> measure_marginals(const Population& population, const SynthesisTargets& targets,
                                        double couple_difference_years) {
  std::vector<Marginal> marginals;
  append_ages(population, targets, marginals);
  append_households(population, targets, marginals);
  marginals.push_back(
      {"age difference of couples in years", targets.couple_difference_years, couple_difference_years});
  append_schools(population, targets, marginals);
  append_work(population, targets, marginals);
  return marginals;
}

}  // namespace starling
