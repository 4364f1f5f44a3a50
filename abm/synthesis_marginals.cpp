#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <starling/abm/care_home_synthesis.hpp>
#include <starling/abm/leisure_synthesis.hpp>
#include <starling/abm/school_synthesis.hpp>
#include <starling/abm/synthesis_marginals.hpp>
#include <starling/abm/university_synthesis.hpp>

namespace starling {

namespace {

template <std::size_t size>
void normalise(std::array<double, size>& values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  for (double& value : values) value = sum > 0.0 ? value / sum : 0.0;
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

// Returns the number of teachers.
std::int64_t append_schools(const Population& population, const SynthesisTargets& targets,
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
  return teachers;
}

// Returns the number of care workers: those in a care home who live in a household.
std::int64_t append_care_homes(const Population& population, const SynthesisTargets& targets,
                               std::vector<Marginal>& marginals) {
  std::int64_t at_home = 0;  // residents of care homes are the agents without a household
  for_each_venue(population, "household", [&](std::span<const std::int32_t> members) {
    at_home += static_cast<std::int64_t>(members.size());
  });
  std::int64_t members_of_homes = 0;
  double homes = 0.0;
  for_each_venue(population, "care_home", [&](std::span<const std::int32_t> members) {
    members_of_homes += static_cast<std::int64_t>(members.size());
    homes += 1.0;
  });
  const std::int64_t residents = population.agents() - at_home;
  const std::int64_t workers = members_of_homes - residents;
  marginals.push_back({"residents who live in care homes", targets.in_care_homes,
                       ratio(static_cast<double>(residents), static_cast<double>(population.agents()))});
  marginals.push_back({"residents of care homes per care worker",
                       static_cast<double>(kResidentsPerCareWorker),
                       ratio(static_cast<double>(residents), static_cast<double>(workers))});
  return workers;
}

// Returns the number of the universities' staff.
std::int64_t append_universities(const Population& population, const SynthesisTargets& targets,
                                 std::vector<Marginal>& marginals) {
  std::int64_t students = 0;
  std::int64_t staff = 0;
  for_each_venue(population, "university", [&](std::span<const std::int32_t> members) {
    const std::int64_t of_venue = count_aged(population, members, kYoungestUniversityStaff, kAges - 1);
    staff += of_venue;
    students += static_cast<std::int64_t>(members.size()) - of_venue;
  });
  marginals.push_back({"residents who study at a university", targets.students,
                       ratio(static_cast<double>(students), static_cast<double>(population.agents()))});
  marginals.push_back({"students per member of staff", static_cast<double>(kStudentsPerStaff),
                       ratio(static_cast<double>(students), static_cast<double>(staff))});
  return staff;
}

void append_leisure(const Population& population, std::vector<Marginal>& marginals) {
  const VenueTypeSummary catchments = summarise(population, population.venue_type("leisure"));
  marginals.push_back(
      {"residents per leisure catchment", static_cast<double>(kResidentsPerCatchment),
       ratio(static_cast<double>(catchments.memberships), static_cast<double>(catchments.venues))});
}

void append_women(const Population& population, const SynthesisTargets& targets,
                  std::vector<Marginal>& marginals) {
  const auto& codes = population.attribute(kSexAttribute).codes;
  marginals.push_back({"residents who are women or girls", targets.women,
                       ratio(static_cast<double>(std::count(codes.begin(), codes.end(), 1)),
                             static_cast<double>(population.agents()))});
}

// `working` counts those who work elsewhere than in companies.
void append_work(const Population& population, const SynthesisTargets& targets, std::int64_t working,
                 std::vector<Marginal>& marginals) {
  std::array<double, kWorkplaceBands> bands{};
  for_each_venue(population, "company", [&](std::span<const std::int32_t> members) {
    bands[workplace_band(members.size())] += 1.0;
    working += static_cast<std::int64_t>(members.size());
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

double share_of_ages(const AgeWeights& residents, const AgeWeights& shares) {
  const double part = std::inner_product(residents.begin(), residents.end(), shares.begin(), 0.0);
  return ratio(part, std::accumulate(residents.begin(), residents.end(), 0.0));
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

std::size_t workplace_band(std::size_t employees) {
  std::size_t band = 0;
  while (band + 1 < kWorkplaceBandLimits.size() &&
         static_cast<int>(employees) > kWorkplaceBandLimits[band].second)
    ++band;
  return band;
}

double total_variation(std::span<const double> a, std::span<const double> b) {
  const double sum_of_a = std::accumulate(a.begin(), a.end(), 0.0);
  const double sum_of_b = std::accumulate(b.begin(), b.end(), 0.0);
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::fabs(ratio(a[i], sum_of_a) - ratio(b[i], sum_of_b));
  return 0.5 * sum;
}

std::vector<Marginal> measure_marginals(const Population& population, const SynthesisTargets& targets,
                                        const SynthesisRecord& record) {
  std::vector<Marginal> marginals;
  append_ages(population, targets, marginals);
  append_women(population, targets, marginals);
  append_households(population, targets, marginals);
  marginals.push_back(
      {"age difference of couples in years", targets.couple_difference_years,
       ratio(static_cast<double>(record.couple_difference_years), static_cast<double>(record.couples))});
  std::int64_t working = append_schools(population, targets, marginals);
  working += append_care_homes(population, targets, marginals);
  working += append_universities(population, targets, marginals);
  append_work(population, targets, working, marginals);
  append_leisure(population, marginals);
  return marginals;
}

}  // namespace starling
