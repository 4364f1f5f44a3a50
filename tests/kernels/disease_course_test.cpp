#include <array>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/core/random.hpp>
#include <starling/kernels/agent_state.hpp>
#include <starling/kernels/disease_course_math.hpp>
#include <starling/kernels/outcome_counts.hpp>

#include "../support/backends.hpp"

TEST_SUITE_BEGIN("kernels");

namespace {

using namespace starling;

constexpr DiseaseDelays kDelays{.exposed = {1.4514F, 0.3246F},
                                .infectious = {-0.1609F, 0.7159F},
                                .infectious_recovery = {2.0491F, 0.2462F},
                                .symptomatic = {1.6676F, 0.6626F},
                                .symptomatic_recovery = {2.1F, 0.3F},
                                .severe = {-0.1054F, 1.0108F},
                                .severe_recovery = {2.8387F, 0.3382F},
                                .critical = {2.2786F, 0.4282F},
                                .critical_recovery = {2.9F, 0.4F}};
constexpr ReachProbabilities kOften{0.8F, 0.5F, 0.3F, 0.15F};

DiseaseCourse course_of(std::uint32_t agent) {
  return disease_course(11, 3, agent, kOften, kDelays);
}

/// Days until each change along one path, in double precision from the same words.
struct PathOracle {
  std::array<std::uint32_t, 8> words{};
  explicit PathOracle(std::uint32_t agent) {
    for (std::uint32_t block = 0; block < 2; ++block) {
      const RandomWords some = random_words(11, agent, block, 3, Draw::disease);
      for (std::size_t k = 0; k < 4; ++k) words[block * 4 + k] = some.word[k];
    }
  }
  [[nodiscard]] double delay(std::size_t word, LogDelay delay) const {
    return std::exp(static_cast<double>(delay.mean) +
                    static_cast<double>(delay.sd) * normal_quantile(uniform_double(words[word])));
  }
};

struct Moments {
  double sum = 0.0;
  double squares = 0.0;
  std::int64_t n = 0;
  void add(double x) {
    sum += x;
    squares += x * x;
    ++n;
  }
  [[nodiscard]] double mean() const { return sum / static_cast<double>(n); }
  [[nodiscard]] double variance() const { return squares / static_cast<double>(n) - mean() * mean(); }
};

}  // namespace

TEST_CASE("reproducible normal draws are the inverse of the normal distribution in both tails") {
  double worst = 0.0;
  for (std::uint32_t i = 0; i < 200000; ++i) {
    // Words of all magnitudes at both ends.
    const std::uint32_t any = random_word(5, i, 0, 0, Draw::test);
    std::uint32_t word = any >> (i % 32);
    if ((i / 32) % 2 == 1) word = ~word;
    const double upper = (static_cast<double>(~word) + 0.5) * 0x1p-32;
    const double expected =
        word < 0x80000000U ? normal_quantile(uniform_double(word)) : -normal_quantile(upper);
    worst = std::max(worst, std::abs(static_cast<double>(reproducible_normal(word)) - expected) /
                                std::max(1.0, std::abs(expected)));
  }
  CHECK(worst < 1e-6);
  CHECK(reproducible_normal(0) < -6.2F);
  CHECK(reproducible_normal(0xffffffffU) == -reproducible_normal(0));
}

TEST_CASE("a course follows its draws: the furthest stage by one uniform, each delay by its own word") {
  std::array<int, 5> furthest{};
  for (std::uint32_t agent = 0; agent < 5000; ++agent) {
    const DiseaseCourse course = course_of(agent);
    const PathOracle oracle(agent);
    const double u = uniform_double(oracle.words[0]);
    const int reached = (u < 0.8 ? 1 : 0) + (u < 0.5 ? 1 : 0) + (u < 0.3 ? 1 : 0) + (u < 0.15 ? 1 : 0);
    ++furthest[static_cast<std::size_t>(reached)];
    const auto close = [](float value, double expected) {
      return std::abs(static_cast<double>(value) - expected) <= 2e-6 * expected;
    };
    double now = oracle.delay(1, kDelays.exposed);
    CHECK(close(course.infectious_days, now));
    now += oracle.delay(2, reached >= 1 ? kDelays.infectious : kDelays.infectious_recovery);
    CHECK(close(reached >= 1 ? course.symptomatic_days : course.recovered_days, now));
    if (reached == 0) continue;
    now += oracle.delay(3, reached >= 2 ? kDelays.symptomatic : kDelays.symptomatic_recovery);
    CHECK(close(reached >= 2 ? course.severe_days : course.recovered_days, now));
    if (reached == 1) continue;
    now += oracle.delay(4, reached >= 3 ? kDelays.severe : kDelays.severe_recovery);
    CHECK(close(reached >= 3 ? course.critical_days : course.recovered_days, now));
    if (reached == 2) continue;
    now += oracle.delay(5, reached == 4 ? kDelays.critical : kDelays.critical_recovery);
    CHECK(close(reached == 4 ? course.dead_days : course.recovered_days, now));
  }
  for (const int count : furthest) CHECK(count > 500);
}

TEST_CASE("everybody recovers or dies, once, and passes the stages in order") {
  for (std::uint32_t agent = 0; agent < 5000; ++agent) {
    const DiseaseCourse course = course_of(agent);
    const float never = DiseaseCourse::kNever;
    CHECK((course.dead_days < never) != (course.recovered_days < never));
    int before = static_cast<int>(DiseaseStage::exposed);
    bool in_order = true;
    for (float day = 0.0F; day < 200.0F; day += 0.5F) {
      const int stage = static_cast<int>(stage_at(course, day));
      const bool over = before == 0 || before == 7;
      in_order = in_order && (over ? stage == before : stage >= before || stage == 0);
      before = stage;
    }
    CHECK(in_order);
    CHECK((before == 0 || before == 7));
  }
  CHECK(stage_at(course_of(0), -0.5F) == DiseaseStage::susceptible);
  CHECK(stage_at(course_of(0), 0.0F) == DiseaseStage::exposed);
}

TEST_CASE("delays have the mean and the variance of their log-normal distributions") {
  Moments exposed;
  Moments critical;
  for (std::uint32_t agent = 0; agent < 200000; ++agent) {
    const DiseaseCourse course = course_of(agent);
    exposed.add(static_cast<double>(course.infectious_days));
    if (course.dead_days < DiseaseCourse::kNever)
      critical.add(static_cast<double>(course.dead_days - course.critical_days));
  }
  const auto check = [](const Moments& drawn, LogDelay delay) {
    const double s2 = static_cast<double>(delay.sd) * static_cast<double>(delay.sd);
    const double mean = std::exp(static_cast<double>(delay.mean) + 0.5 * s2);
    const double variance = mean * mean * std::expm1(s2);
    CHECK(std::abs(drawn.mean() - mean) < 4.0 * std::sqrt(variance / static_cast<double>(drawn.n)));
    CHECK(drawn.variance() == doctest::Approx(variance).epsilon(0.05));
  };
  check(exposed, kDelays.exposed);
  check(critical, kDelays.critical);
  CHECK(critical.n > 25000);
}

STARLING_BACKEND_CASE("outcome counts are the histogram of the courses of the infected") {
  constexpr int kLanes = 4;
  constexpr int kCells = 3;
  const std::vector<float> times{0.0F, 0.5F, 2.0F, 3.0F, 7.0F, 8.0F, 12.0F, 20.0F, 40.0F};
  const int steps = static_cast<int>(times.size()) - 1;
  const std::vector<std::uint32_t> samples{4, 0, 9, 4};
  for (const std::int64_t agents : {0, 1, 31, 32, 33, 257, 3001}) {
    std::vector<std::int16_t> infection(static_cast<std::size_t>(agents * kLanes));
    std::vector<std::uint8_t> age_class(static_cast<std::size_t>(agents));
    std::vector<std::uint16_t> cell(static_cast<std::size_t>(agents));
    for (std::size_t i = 0; i < infection.size(); ++i) {
      const std::uint32_t word = random_word(1, static_cast<std::uint32_t>(i), 0, 0, Draw::test);
      infection[i] = word % 3 == 0 ? kNeverInfected : static_cast<std::int16_t>((word / 3) % times.size());
      age_class[i / kLanes] = static_cast<std::uint8_t>((i / kLanes) % 2);
      cell[i / kLanes] = static_cast<std::uint16_t>((i / kLanes) % (kCells + 1));
    }
    std::vector<ReachProbabilities> reach(2 * kLanes, kOften);
    reach[1] = {1.0F, 1.0F, 1.0F, 1.0F};
    reach[kLanes] = {0.0F, 0.0F, 0.0F, 0.0F};

    std::vector<std::int64_t> expected(kDiseaseEvents * times.size() * kCells * kLanes, 1);
    for (std::size_t i = 0; i < infection.size(); ++i) {
      const std::size_t agent = i / kLanes;
      const std::size_t lane = i % kLanes;
      if (infection[i] == kNeverInfected || cell[agent] == kCells) continue;
      const DiseaseCourse course =
          disease_course(77, samples[lane], static_cast<std::uint32_t>(agent),
                         reach[std::size_t{age_class[agent]} * kLanes + lane], kDelays);
      const auto count = [&](DiseaseEvent event, float days) {
        for (std::size_t t = static_cast<std::size_t>(infection[i]); t < times.size(); ++t) {
          if (times[t] < times[static_cast<std::size_t>(infection[i])] + days) continue;
          ++expected[((static_cast<std::size_t>(event) * times.size() + t) * kCells + cell[agent]) * kLanes +
                     lane];
          return;
        }
      };
      const float never = DiseaseCourse::kNever;
      count(DiseaseEvent::symptom_onset, course.symptomatic_days);
      count(DiseaseEvent::admission, course.severe_days);
      count(DiseaseEvent::intensive_care, course.critical_days);
      count(DiseaseEvent::death, course.dead_days);
      if (course.symptomatic_days < never && !(course.severe_days < never))
        count(DiseaseEvent::recovery_from_symptomatic, course.recovered_days);
      if (course.severe_days < never && !(course.critical_days < never))
        count(DiseaseEvent::recovery_from_severe, course.recovered_days);
      if (course.critical_days < never) count(DiseaseEvent::recovery_from_critical, course.recovered_days);
    }

    const Buffer<float> device_times(exec, times);
    const Buffer<std::int16_t> device_infection(exec, infection);
    const Buffer<std::uint8_t> device_class(exec, age_class);
    const Buffer<std::uint16_t> device_cell(exec, cell);
    const Buffer<std::uint32_t> device_samples(exec, samples);
    const Buffer<ReachProbabilities> device_reach(exec, reach);
    Buffer<std::int64_t> counts(exec, std::vector<std::int64_t>(expected.size(), 1));
    kernels::outcome_counts(exec, {.agents = agents,
                                   .lanes = kLanes,
                                   .steps = steps,
                                   .cells = kCells,
                                   .seed = 77,
                                   .lane_sample = device_samples.data(),
                                   .step_time_days = device_times.data(),
                                   .infection_step = device_infection.data(),
                                   .age_class = device_class.data(),
                                   .cell = device_cell.data(),
                                   .reach = device_reach.data(),
                                   .delays = kDelays,
                                   .counts = counts.data()});
    CHECK(counts.download() == expected);
  }
}

TEST_SUITE_END();
