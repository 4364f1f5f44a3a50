#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include <starling/abm/borough_synthesis.hpp>
#include <starling/abm/synthesis.hpp>
#include <starling/abm/synthesis_borough_marginals.hpp>
#include <starling/abm/synthesis_figures.hpp>
#include <starling/abm/synthesis_marginals.hpp>
#include <starling/abm/university_synthesis.hpp>
#include <starling/abm/workplace_synthesis.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

constexpr const char* kPlace = "synthesise";
constexpr std::string_view kWholeCity = "London";

// What grows while one borough after another is joined. Everything is numbered over all boroughs.
struct JoinedArea {
  std::vector<std::uint8_t> age_years;  // [agents]
  Attribute sex{std::string(kSexAttribute), {"male", "female"}, {}};
  Attribute borough{"borough", {}, {}};
  Attribute area{"area", {}, {}};
  Csr households;
  Csr care_homes;
  Csr schools;
  Csr catchments;
  std::vector<std::int32_t> students;
  std::vector<BoroughWorkers> workers;  // by home borough
  SynthesisRecord record;
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

void append_agents(const std::vector<std::int32_t>& part, std::int32_t first,
                   std::vector<std::int32_t>& all) {
  const std::size_t begin = all.size();
  all.resize(begin + part.size());
  std::transform(part.begin(), part.end(), all.begin() + static_cast<std::ptrdiff_t>(begin),
                 [first](std::int32_t agent) { return first + agent; });
}

void append_venues(const Csr& part, std::int32_t first, Csr& all) {
  const std::int64_t entries = all.entries();
  append_agents(part.indices, first, all.indices);
  for (std::size_t row = 1; row < part.offsets.size(); ++row)
    all.offsets.push_back(entries + part.offsets[row]);
}

void append_attributes(const BoroughSynthesis& part, const std::string& borough, JoinedArea& area) {
  const auto code = static_cast<std::int32_t>(area.borough.categories.size());
  const auto first_area = static_cast<std::int32_t>(area.area.categories.size());
  area.borough.categories.push_back(borough);
  for (std::int64_t i = 1; i <= part.area_count; ++i)
    area.area.categories.push_back(fmt::format("{} {:03}", borough, i));
  area.sex.codes.insert(area.sex.codes.end(), part.sexes.begin(), part.sexes.end());
  area.borough.codes.resize(area.borough.codes.size() + part.age_years.size(), code);
  append_agents(part.areas, first_area, area.area.codes);
}

void append_borough(const BoroughSynthesis& part, const std::string& borough, JoinedArea& area) {
  const std::int32_t first =
      checked_int32(kPlace, "agents", static_cast<std::int64_t>(area.age_years.size()));
  area.age_years.insert(area.age_years.end(), part.age_years.begin(), part.age_years.end());
  append_attributes(part, borough, area);
  append_venues(part.households, first, area.households);
  append_venues(part.care_homes, first, area.care_homes);
  append_venues(part.schools.venues, first, area.schools);
  append_venues(part.catchments, first, area.catchments);
  append_agents(part.students, first, area.students);
  BoroughWorkers& workers = area.workers.emplace_back();
  workers.borough = part.borough;
  append_agents(part.workers, first, workers.agents);
  SynthesisRecord& record = area.record;
  record.register_places.insert(record.register_places.end(), part.schools.register_places.begin(),
                                part.schools.register_places.end());
  record.couples += part.couples;
  record.couple_difference_years += part.couple_difference_years;
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
  targets.women = share_of_ages(targets.ages, figures.women_share);
  targets.students = share_of_ages(targets.ages, figures.student_share);
  targets.in_care_homes = share_of_ages(targets.ages, figures.care_home_share);
  return targets;
}

}  // namespace

Synthesis synthesise(const SynthesisSettings& settings) {
  check_positive(kPlace, "scale", settings.scale);
  check_in_range(kPlace, "scale", settings.scale, 0.0, 1.0);
  const SynthesisFigures figures = read_synthesis_figures(settings.data_directory);
  const std::vector<std::size_t> boroughs = boroughs_of(settings, figures);
  JoinedArea area;
  // A borough's people do not depend on which others are synthesised with it.
  for (const std::size_t borough : boroughs)
    append_borough(synthesise_borough(figures, borough, settings.scale, derive_seed(settings.seed, borough)),
                   figures.boroughs[borough], area);
  std::vector<BoroughWorkers> workers = send_to_work(figures, area.workers, settings.seed);
  area.workers.clear();
  std::vector<VenueMembers> universities =
      synthesise_universities(figures, std::move(area.students), area.age_years, workers, settings.seed);
  Csr university_venues;
  append_venues(universities, university_venues);
  Workplaces workplaces = synthesise_workplaces(figures, std::move(workers), settings.seed);
  area.record.company_offsets = std::move(workplaces.borough_offsets);
  SynthesisTargets targets = targets_of(figures, boroughs, settings.scale);
  targets.workplaces = workplaces.expected_bands;

  std::vector<Csr> venues;
  for (Csr* csr : {&area.households, &area.care_homes, &workplaces.companies, &area.schools,
                   &university_venues, &area.catchments})
    venues.push_back(std::move(*csr));
  std::vector<Attribute> attributes;
  for (Attribute* attribute : {&area.sex, &area.borough, &area.area})
    attributes.push_back(std::move(*attribute));
  Synthesis synthesis;
  synthesis.population =
      make_population(fmt::format("{}", fmt::join(settings.areas, ", ")), std::move(area.age_years),
                      {"household", "care_home", "company", "school", "university", "leisure"},
                      std::move(venues), std::move(attributes));
  synthesis.marginals = measure_marginals(synthesis.population, targets, area.record);
  const auto by_borough = measure_boroughs(synthesis.population, figures, boroughs, area.record);
  synthesis.marginals.insert(synthesis.marginals.end(), by_borough.begin(), by_borough.end());
  return synthesis;
}

}  // namespace starling
