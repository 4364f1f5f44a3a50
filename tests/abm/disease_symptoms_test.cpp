#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <starling/abm/disease_settings.hpp>
#include <starling/abm/published_symptoms.hpp>
#include <starling/core/random.hpp>

#include "../support/golden.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;

/// Independent words for the draws of a test.
class TestDraws {
 public:
  explicit TestDraws(std::uint64_t seed) : seed_(seed) {}
  bool bernoulli(double p) { return uniform_double(next()) < p; }
  double log_normal(double log_mean, double log_sd) {
    return std::exp(log_mean + log_sd * normal_double(next()));
  }

 private:
  std::uint32_t next() { return random_word(seed_, serial_++, 0, 0, Draw::test); }
  std::uint64_t seed_;
  std::uint32_t serial_ = 0;
};

std::vector<bool> flags(const nlohmann::json& agents, std::size_t size) {
  std::vector<bool> result(size, false);
  for (const std::size_t agent : agents) result[agent] = true;
  return result;
}

}  // namespace

TEST_CASE("the published symptoms are reproduced step by step with the published draws") {
  const nlohmann::json golden = test::golden_json("june_symptoms.json");
  const std::size_t agents = golden["agents"];
  PublishedSymptoms symptoms = PublishedSymptoms::all_susceptible(agents);
  std::size_t used = 0;
  for (const auto& row : golden["rows"]) {
    const std::vector<bool> progresses = flags(row[2], agents);
    const PublishedSymptomDraws draws{
        [&](std::size_t agent, int) { return progresses[agent]; },
        [&](std::size_t agent, int stage, bool progress) {
          for (const auto& draw : row[3]) {
            if (draw[0] == (progress ? "progress" : "recovery") && draw[1] == stage && draw[2] == agent) {
              ++used;
              return draw[3].get<double>();
            }
          }
          FAIL("no published draw for agent ", agent, " in stage ", stage);
          return 0.0;
        }};
    update_published_symptoms(symptoms, row[0], flags(row[1], agents), draws);
    CHECK(symptoms.current_stage == row[4].get<std::vector<int>>());
    CHECK(symptoms.next_stage == row[5].get<std::vector<int>>());
    for (std::size_t i = 0; i < agents; ++i)
      CHECK(symptoms.next_change_days[i] == doctest::Approx(row[6][i].get<double>()).epsilon(2e-7));
  }
  std::size_t listed = 0;
  for (const auto& row : golden["rows"]) listed += row[3].size();
  CHECK(used == listed);
  CHECK(listed > 20);
}

TEST_CASE("the mean of the published sampler is the expectation over progress and recovery") {
  // Six stages, 5 is death; the second and third agents are due, the others are not or are beyond.
  constexpr int kDraws = 4000;
  TestDraws numbers(3);
  double next_third = 0.0;
  double next_fourth = 0.0;
  double time_third = 0.0;
  double time_fourth = 0.0;
  for (int draw = 0; draw < kDraws; ++draw) {
    PublishedSymptoms symptoms{{1, 2, 2, 3, 5}, {2, 3, 3, 4, 5}, {9.0, 9.0, 0.7, 0.9, 0.0}};
    const PublishedSymptomDraws draws{
        [&](std::size_t, int stage) { return numbers.bernoulli(stage == 3 ? 0.2 : 0.1); },
        [&](std::size_t, int stage, bool progress) {
          if (stage == 3) return progress ? 10.2 : numbers.log_normal(1.3, 0.5);
          return progress ? numbers.log_normal(1.7, 0.5) : numbers.log_normal(1.4, 0.8);
        }};
    update_published_symptoms(symptoms, 1.0, std::vector<bool>(5, false), draws, 5);
    CHECK(symptoms.current_stage == std::vector<int>{1, 2, 3, 4, 5});
    CHECK(symptoms.next_stage[4] == 5);
    CHECK(symptoms.next_change_days[1] == 9.0);
    next_third += symptoms.next_stage[2];
    next_fourth += symptoms.next_stage[3];
    time_third += symptoms.next_change_days[2];
    time_fourth += symptoms.next_change_days[3];
  }
  CHECK(next_third / kDraws == doctest::Approx(4 * 0.2).epsilon(0.1));
  CHECK(next_fourth / kDraws == doctest::Approx(5 * 0.1).epsilon(0.1));
  CHECK(time_third / kDraws == doctest::Approx(0.7 + 0.2 * 10.2 + 0.8 * std::exp(1.3 + 0.125)).epsilon(0.05));
  CHECK(time_fourth / kDraws ==
        doctest::Approx(0.9 + 0.1 * std::exp(1.7 + 0.125) + 0.9 * std::exp(1.4 + 0.32)).epsilon(0.05));
}

TEST_CASE(
    "newly infected people are exposed at the end of the step, more than half get symptoms, the dead stay "
    "dead") {
  constexpr std::size_t kAgents = 400;
  const DiseaseProbabilities table = disease_probabilities(published_disease());
  TestDraws numbers(5);
  const PublishedSymptomDraws draws{
      [&](std::size_t, int stage) { return numbers.bernoulli(table[static_cast<std::size_t>(stage)][50]); },
      [](std::size_t, int, bool) { return 0.5; }};
  PublishedSymptoms symptoms = PublishedSymptoms::all_susceptible(kAgents);
  symptoms.current_stage[7] = 7;
  symptoms.next_stage[7] = 7;
  std::vector<bool> infected(kAgents, true);
  infected[7] = false;
  update_published_symptoms(symptoms, 1.0, infected, draws);
  CHECK(std::count(symptoms.current_stage.begin(), symptoms.current_stage.end(), 2) == kAgents - 1);
  const std::vector<bool> nobody(kAgents, false);
  update_published_symptoms(symptoms, 2.0, nobody, draws);
  CHECK(std::count(symptoms.current_stage.begin(), symptoms.current_stage.end(), 3) == kAgents - 1);
  CHECK(std::count(symptoms.next_stage.begin(), symptoms.next_stage.end(), 4) > 200);
  for (int step = 0; step < 100; ++step) update_published_symptoms(symptoms, 3.0 + step, nobody, draws);
  CHECK(symptoms.current_stage[7] == 7);
  for (std::size_t i = 0; i < kAgents; ++i)
    CHECK((symptoms.current_stage[i] == 0 || symptoms.current_stage[i] == 7));
}

TEST_SUITE_END();
