#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <starling/abm/apportion.hpp>
#include <starling/abm/household_synthesis.hpp>
#include <starling/abm/school_synthesis.hpp>
#include <starling/abm/synthesis.hpp>
#include <starling/abm/synthesis_figures.hpp>
#include <starling/abm/synthesis_marginals.hpp>
#include <starling/abm/synthesis_stream.hpp>
#include <starling/abm/workplace_synthesis.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

constexpr const char* kPlace = "synthesise";
constexpr double kEmployedShare = 0.75;
constexpr std::string_view kWholeCity = "London";

// What grows while one borough after another is synthesised.
struct JoinedArea {
  std::vector<std::uint8_t> age_years;  // [agents]
  Csr households;
  Csr schools;
  std::vector<BoroughWorkers> workers;
  std::int64_t couples = 0;
  std::int64_t couple_difference_years = 0;
};

std::vector<std::size_t> boroughs_of(const SynthesisSettings& settings, const SynthesisFigures& figures) {
  check_that(!settings.areas.empty(), kPlace, "areas must name at least one borough");
  std::vector<std::size_t> boroughs;
  for (const std::string& area : settings.areas) {
    if (area == kWholeCity) {
      boroughs.resize(boroughs.size() + figures.boroughs.size());
      std::iota(boroughs.end() - static_cast<std::ptrdiff_t>(figures.boroughs.size()), boroughs.end(),
                std::size_t{0});
    } else {
      boroughs.push_back(figures.borough(area));
    }
  }
  std::vector<std::size_t> sorted = boroughs;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end())
    throw InputError(fmt::format("{}: areas name \"{}\" twice, expected each borough once", kPlace,
                                 figures.boroughs[*twice]));
  return boroughs;
}

AgeCounts scaled_ages(const AgeCounts& residents, double scale, const std::string& borough) {
  const AgeWeights weights = [&] {
    AgeWeights values{};
    std::copy(residents.begin(), residents.end(), values.begin());
    return values;
  }();
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  const std::int64_t people = std::llround(scale * all);
  check_that(people > 0, kPlace,
             fmt::format("scale = {} leaves nobody in {}, expected a larger scale", scale, borough));
  const auto counts = apportion_in_order(weights, people);
  AgeCounts result{};
  std::copy(counts.begin(), counts.end(), result.begin());
  return result;
}

// 1 for those who work: exactly the employed share of the people of working age, chosen by selection sampling
// (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S).
std::vector<std::uint8_t> choose_employed(const std::vector<std::uint8_t>& age_years, std::uint64_t seed) {
  const auto of_working_age = [](std::uint8_t age) { return age >= kAdultAge && age <= kLastWorkingAge; };
  auto left = static_cast<double>(std::count_if(age_years.begin(), age_years.end(), of_working_age));
  double wanted = std::round(kEmployedShare * left);
  std::vector<std::uint8_t> employed(age_years.size(), 0);
  SynthesisStream stream(seed, SynthesisStage::employment);
  for (std::size_t i = 0; i < age_years.size(); ++i) {
    if (!of_working_age(age_years[i])) continue;
    if (stream.uniform() * left < wanted) {
      employed[i] = 1;
      wanted -= 1.0;
    }
    left -= 1.0;
  }
  return employed;
}

void append_borough(const SynthesisFigures& figures, std::size_t borough, const SynthesisSettings& settings,
                    JoinedArea& area) {
  // A borough's people do not depend on which others are synthesised with it.
  const std::uint64_t seed = derive_seed(settings.seed, borough);
  const AgeCounts ages = scaled_ages(figures.residents[borough], settings.scale, figures.boroughs[borough]);
  const Households households = synthesise_households(figures.households, ages, seed);
  const auto first = static_cast<std::int64_t>(area.age_years.size());
  area.age_years.insert(area.age_years.end(), households.age_years.begin(), households.age_years.end());
  for (std::size_t h = 1; h < households.offsets.size(); ++h)
    area.households.offsets.push_back(first + households.offsets[h]);
  area.couples += households.couples;
  area.couple_difference_years += households.couple_difference_years;
  std::vector<std::uint8_t> employed = choose_employed(households.age_years, seed);
  append_schools(figures, borough, {first, households.age_years, employed}, seed, area.schools);
  BoroughWorkers& workers = area.workers.emplace_back();
  workers.borough = borough;
  for (std::size_t i = 0; i < employed.size(); ++i)
    if (employed[i] != 0)
      workers.agents.push_back(static_cast<std::int32_t>(first + static_cast<std::int64_t>(i)));
}

SynthesisTargets targets_of(const SynthesisFigures& figures, const std::vector<std::size_t>& boroughs,
                            double scale) {
  SynthesisTargets targets;
  for (const std::size_t borough : boroughs)
    for (std::size_t age = 0; age < kAges; ++age)
      targets.ages[age] += static_cast<double>(figures.residents[borough][age]);
  targets.residents = scale * std::accumulate(targets.ages.begin(), targets.ages.end(), 0.0);
  targets.household_sizes = figures.households.size_share;
  targets.households_with_children = share_with_children(figures.households);
  targets.couple_difference_years = mean_couple_difference_years(figures.households);
  targets.primary_roll = mean_roll(figures, boroughs, &SchoolRoll::primary);
  targets.secondary_roll = mean_roll(figures, boroughs, &SchoolRoll::secondary);
  targets.employed = kEmployedShare;
  return targets;
}

}  // namespace

Synthesis synthesise(const SynthesisSettings& settings) {
  check_positive(kPlace, "scale", settings.scale);
  check_in_range(kPlace, "scale", settings.scale, 0.0, 1.0);
  const SynthesisFigures figures = read_synthesis_figures(settings.data_directory);
  const std::vector<std::size_t> boroughs = boroughs_of(settings, figures);
  JoinedArea area;
  for (const std::size_t borough : boroughs) append_borough(figures, borough, settings, area);
  area.households.indices.resize(area.age_years.size());
  std::iota(area.households.indices.begin(), area.households.indices.end(), 0);
  SynthesisTargets targets = targets_of(figures, boroughs, settings.scale);
  Workplaces workplaces = synthesise_workplaces(figures, area.workers, settings.seed);
  targets.workplaces = workplaces.expected_bands;
  const double difference =
      area.couples > 0 ? static_cast<double>(area.couple_difference_years) / static_cast<double>(area.couples)
                       : 0.0;
  Synthesis synthesis;
  synthesis.population =
      make_population(fmt::format("{}", fmt::join(settings.areas, ", ")), std::move(area.age_years),
                      {"household", "school", "company"},
                      {std::move(area.households), std::move(area.schools), std::move(workplaces.companies)});
  synthesis.marginals = measure_marginals(synthesis.population, targets, difference);
  return synthesis;
}

}  // namespace starling
