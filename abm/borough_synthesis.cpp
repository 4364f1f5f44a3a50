#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include <fmt/format.h>

#include <starling/abm/apportion.hpp>
#include <starling/abm/borough_synthesis.hpp>
#include <starling/abm/care_home_synthesis.hpp>
#include <starling/abm/household_synthesis.hpp>
#include <starling/abm/leisure_synthesis.hpp>
#include <starling/abm/sex_synthesis.hpp>
#include <starling/abm/synthesis_stream.hpp>
#include <starling/abm/university_synthesis.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

AgeCounts scaled_ages(const AgeCounts& residents, double scale, const std::string& borough) {
  AgeWeights weights{};
  std::copy(residents.begin(), residents.end(), weights.begin());
  const std::int64_t people = std::llround(scale * std::accumulate(weights.begin(), weights.end(), 0.0));
  check_that(people > 0, "synthesise",
             fmt::format("scale = {} leaves nobody in {}, expected a larger scale", scale, borough));
  const auto counts = apportion_in_order(weights, people);
  AgeCounts result{};
  std::copy(counts.begin(), counts.end(), result.begin());
  return result;
}

bool of_working_age(std::uint8_t age) {
  return age >= kAdultAge && age <= kLastWorkingAge;
}

// 1 for those who work: the employed share of all people of working age, chosen among those who may by
// selection sampling (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S).
std::vector<std::uint8_t> choose_employed(std::span<const std::uint8_t> age_years,
                                          std::span<const std::uint8_t> excluded, std::uint64_t seed) {
  const auto may_work = [&](std::size_t i) { return of_working_age(age_years[i]) && excluded[i] == 0; };
  double wanted =
      std::round(kEmployedShare * static_cast<double>(std::ranges::count_if(age_years, of_working_age)));
  double left = 0.0;
  for (std::size_t i = 0; i < age_years.size(); ++i) left += may_work(i) ? 1.0 : 0.0;
  std::vector<std::uint8_t> employed(age_years.size(), 0);
  SynthesisStream stream(seed, SynthesisStage::employment);
  for (std::size_t i = 0; i < age_years.size(); ++i) {
    if (!may_work(i)) continue;
    if (stream.uniform() * left < wanted) {
      employed[i] = 1;
      wanted -= 1.0;
    }
    left -= 1.0;
  }
  return employed;
}

std::vector<std::int32_t> marked(const std::vector<std::uint8_t>& marks) {
  std::vector<std::int32_t> agents;
  for (std::size_t i = 0; i < marks.size(); ++i)
    if (marks[i] != 0) agents.push_back(static_cast<std::int32_t>(i));
  return agents;
}

// What the people do all day: study, teach, care, or any other work.
void occupy(const SynthesisFigures& figures, const CareHomes& homes, std::uint64_t seed,
            BoroughSynthesis& result) {
  const std::size_t in_households = result.age_years.size() - homes.age_years.size();
  std::vector<std::uint8_t> occupied =
      choose_students(figures.student_share, std::span(result.age_years).first(in_households), seed);
  result.students = marked(occupied);
  occupied.resize(result.age_years.size(), 1);  // residents of care homes
  std::vector<std::uint8_t> employed = choose_employed(result.age_years, occupied, seed);
  const BoroughPeople people{result.age_years, employed};
  result.schools = synthesise_schools(figures, result.borough, people, seed);
  result.care_homes = staff_care_homes(homes, static_cast<std::int64_t>(in_households), people, seed);
  result.workers = marked(employed);
}

}  // namespace

BoroughSynthesis synthesise_borough(const SynthesisFigures& figures, std::size_t borough, double scale,
                                    std::uint64_t seed) {
  AgeCounts people = scaled_ages(figures.residents[borough], scale, figures.boroughs[borough]);
  const AgeCounts in_care = apportion_ages(people, figures.care_home_share);
  for (std::size_t age = 0; age < people.size(); ++age) people[age] -= in_care[age];
  Households households = synthesise_households(figures.households, people, seed);
  const CareHomes homes = house_in_care_homes(in_care, seed);

  BoroughSynthesis result;
  result.borough = borough;
  result.sexes = synthesise_sexes(figures.women_share, households, homes, seed);
  Neighbourhoods neighbourhoods = synthesise_neighbourhoods(households.offsets, homes.offsets);
  result.areas = std::move(neighbourhoods.areas);
  result.area_count = neighbourhoods.area_count;
  result.catchments = std::move(neighbourhoods.catchments);
  result.couples = households.couples;
  result.couple_difference_years = households.couple_difference_years;
  result.households.offsets = std::move(households.offsets);
  result.households.indices.resize(households.age_years.size());
  std::iota(result.households.indices.begin(), result.households.indices.end(), 0);
  result.age_years = std::move(households.age_years);
  result.age_years.insert(result.age_years.end(), homes.age_years.begin(), homes.age_years.end());
  occupy(figures, homes, seed, result);
  return result;
}

}  // namespace starling
