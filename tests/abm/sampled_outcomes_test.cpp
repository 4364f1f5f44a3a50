#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include <starling/abm/expected_outcomes.hpp>
#include <starling/abm/sampled_outcomes.hpp>
#include <starling/core/random.hpp>
#include <starling/kernels/agent_state.hpp>

#include "../support/backends.hpp"
#include "../support/outcome_cases.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;
using test::kAllOutcomes;
using test::uneven_times;

constexpr int kWidth = 32;

/// Agents of all ages, some infected, in three cells; the ages of a cell are single years, as its groups.
struct SampledSetting {
  std::vector<double> times = uneven_times();
  OutcomeAgents agents;
  std::vector<std::int16_t> infection_step;  // [agents][kWidth], the same in all lanes
  OutcomeGroups groups;                      // one for each age and cell
  std::vector<double> cases;                 // [records][groups], of one lane

  explicit SampledSetting(std::size_t n) {
    agents.cells = 3;
    groups.cells = 3;
    for (int cell = -1; cell < 3; ++cell) {
      for (int age = 0; age < 100; ++age) {
        groups.age_years.push_back(age);
        groups.cell.push_back(cell);
      }
    }
    cases.resize(times.size() * groups.cell.size(), 0.0);
    for (std::size_t agent = 0; agent < n; ++agent) {
      const std::uint32_t word = random_word(2, static_cast<std::uint32_t>(agent), 0, 0, Draw::test);
      agents.age_years.push_back(static_cast<std::uint8_t>(word % 100));
      agents.cell.push_back(static_cast<int>(word / 100 % 4) - 1);
      const bool infected = word / 400 % 5 != 0;
      const std::size_t step = word / 2000 % 40;
      infection_step.resize(infection_step.size() + kWidth,
                            infected ? static_cast<std::int16_t>(step) : kNeverInfected);
      const auto group = static_cast<std::size_t>((agents.cell.back() + 1) * 100) + word % 100;
      if (infected) cases[step * groups.cell.size() + group] += 1.0;
    }
  }

  [[nodiscard]] OutcomeLayout layout() const {
    return {kAllOutcomes, static_cast<int>(times.size()), 3, kWidth};
  }
};

std::vector<std::uint32_t> samples_from(std::uint32_t first) {
  std::vector<std::uint32_t> samples(kWidth);
  std::iota(samples.begin(), samples.end(), first);
  return samples;
}

}  // namespace

STARLING_BACKEND_CASE("sampled outcomes scatter about the expected ones within 4 standard errors") {
  const SampledSetting setting(4000);
  const DiseaseSettings settings;
  const DiseaseSeverity severity{-0.2, 0.5, 0.1, -0.3};
  const std::vector<double> expected = ExpectedOutcomes(settings, setting.times, setting.groups, kAllOutcomes)
                                           .apply(setting.cases, 1, {.severity = std::span(&severity, 1)});
  const SampledOutcomes sampled(exec, settings, setting.times, setting.agents);
  const Buffer<std::int16_t> infection(exec, setting.infection_step);
  constexpr int kBatches = 8;
  std::vector<double> sums(expected.size(), 0.0);
  for (std::uint32_t batch = 0; batch < kBatches; ++batch) {
    const std::vector<double> series =
        outcome_series(setting.layout(), sampled.events(infection, 5, samples_from(batch * kWidth),
                                                        std::vector<DiseaseSeverity>(kWidth, severity)));
    for (std::size_t i = 0; i < series.size(); ++i) sums[i / kWidth] += series[i];
  }
  constexpr double kRuns = kBatches * kWidth;
  int compared = 0;
  double squares = 0.0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double total = expected[i] * kRuns;
    if (total < 30.0) continue;
    // A sum of independent events or states; its variance is at most its mean.
    const double error = (sums[i] - total) / std::sqrt(total);
    CHECK(std::abs(error) < 4.0);
    squares += error * error;
    ++compared;
  }
  CHECK(compared > 800);
  CHECK(squares / compared > 0.5);
  CHECK(squares / compared < 1.5);
}

TEST_CASE("sampled outcomes are the same bits for 1 and 3 threads, and of a sample in any lane") {
  const SampledSetting setting(3000);
  std::vector<std::int64_t> first;
  for (const int threads : {1, 3}) {
    const Exec exec = Exec::cpu(threads);
    const SampledOutcomes sampled(exec, {}, setting.times, setting.agents);
    const auto events =
        sampled.events(Buffer<std::int16_t>(exec, setting.infection_step), 9, samples_from(100));
    if (threads == 1) first = events;
    CHECK(events == first);
    std::vector<std::uint32_t> reversed = samples_from(100);
    std::reverse(reversed.begin(), reversed.end());
    const auto mirrored = sampled.events(Buffer<std::int16_t>(exec, setting.infection_step), 9, reversed);
    bool same = true;
    for (std::size_t i = 0; i < events.size(); ++i)
      same = same && events[i] == mirrored[i / kWidth * kWidth + (kWidth - 1 - i % kWidth)];
    CHECK(same);
  }
  CHECK(std::accumulate(first.begin(), first.end(), std::int64_t{0}) > 10000);
}

TEST_SUITE_END();
