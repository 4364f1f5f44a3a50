#include <algorithm>

#include <starling/abm/apportion.hpp>
#include <starling/abm/synthesis_stream.hpp>
#include <starling/abm/university_synthesis.hpp>

namespace starling {

namespace {

// A university of one of the synthesised boroughs.
struct Campus {
  std::size_t place = 0;  // of its borough among the synthesised ones
  double students = 0.0;
};

std::vector<Campus> campuses_of(const SynthesisFigures& figures,
                                const std::vector<BoroughWorkers>& boroughs) {
  std::vector<Campus> campuses;
  for (std::size_t place = 0; place < boroughs.size(); ++place)
    for (const University& university : figures.universities)
      if (university.borough == boroughs[place].borough && university.students > 0)
        campuses.push_back({place, static_cast<double>(university.students)});
  if (campuses.empty()) campuses.push_back({0, 1.0});
  return campuses;
}

// Moves up to `posts` random workers who are old enough to the venue.
void appoint_staff(std::size_t posts, std::span<const std::uint8_t> age_years, SynthesisStream& stream,
                   std::vector<std::int32_t>& workers, VenueMembers& venue) {
  const auto candidates = std::stable_partition(workers.begin(), workers.end(), [&](std::int32_t agent) {
    return age_years[static_cast<std::size_t>(agent)] < kYoungestUniversityStaff;
  });
  const auto young = static_cast<std::size_t>(candidates - workers.begin());
  for (; posts > 0 && workers.size() > young; --posts) {
    std::swap(workers[young + stream.below(workers.size() - young)], workers.back());
    venue.push_back(workers.back());
    workers.pop_back();
  }
  std::sort(workers.begin(), workers.end());
}

}  // namespace

std::vector<std::uint8_t> choose_students(const AgeWeights& student_share,
                                          std::span<const std::uint8_t> age_years, std::uint64_t seed) {
  AgeCounts left{};
  for (const std::uint8_t age : age_years) ++left[age];
  AgeCounts wanted = apportion_ages(left, student_share);
  SynthesisStream stream(seed, SynthesisStage::students);
  std::vector<std::uint8_t> students(age_years.size(), 0);
  for (std::size_t i = 0; i < age_years.size(); ++i) {
    const std::uint8_t age = age_years[i];
    if (student_share[age] <= 0.0) continue;
    // Selection sampling (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S), age by age.
    if (stream.uniform() * static_cast<double>(left[age]) < static_cast<double>(wanted[age])) {
      students[i] = 1;
      --wanted[age];
    }
    --left[age];
  }
  return students;
}

std::vector<VenueMembers> synthesise_universities(const SynthesisFigures& figures,
                                                  std::vector<std::int32_t> students,
                                                  std::span<const std::uint8_t> age_years,
                                                  std::vector<BoroughWorkers>& workers, std::uint64_t seed) {
  const std::vector<Campus> campuses = campuses_of(figures, workers);
  std::vector<double> sizes;
  for (const Campus& campus : campuses) sizes.push_back(campus.students);
  const auto counts = apportion(sizes, static_cast<std::int64_t>(students.size()));
  SynthesisStream(seed, SynthesisStage::university_members).shuffle(students);
  SynthesisStream staff(seed, SynthesisStage::university_staff);
  std::vector<VenueMembers> venues;
  auto next = students.begin();
  for (std::size_t c = 0; c < campuses.size(); ++c) {
    if (counts[c] == 0) continue;
    VenueMembers& venue = venues.emplace_back(next, next + counts[c]);
    next += counts[c];
    const std::size_t posts = (venue.size() + kStudentsPerStaff / 2) / kStudentsPerStaff;
    appoint_staff(posts, age_years, staff, workers[campuses[c].place].agents, venue);
  }
  return venues;
}

}  // namespace starling
