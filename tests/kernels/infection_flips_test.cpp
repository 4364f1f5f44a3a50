#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/core/random.hpp>
#include <starling/kernels/infection_flips.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

namespace {

using namespace starling;

constexpr int kLanes = 8;
constexpr int kStep = 3;

std::vector<std::int16_t> infection_steps(std::int64_t agents) {
  const std::int16_t choices[] = {0, 2, kStep, kStep, kNeverInfected, kNeverInfected};
  std::vector<std::int16_t> steps;
  for (std::uint32_t i = 0; i < agents * kLanes; ++i)
    steps.push_back(choices[random_word(23, i, 0, 0, Draw::test) % 6]);
  return steps;
}

}  // namespace

STARLING_BACKEND_CASE("listed draws get the opposite outcome and nobody else changes") {
  for (const std::int64_t agents : test::kSizes) {
    CAPTURE(agents);
    const std::vector<std::int16_t> before = infection_steps(agents);
    std::vector<std::int16_t> expected = before;
    std::vector<InfectionFlip> flips;
    for (std::int64_t agent = 0; agent < agents; ++agent) {
      for (std::int32_t lane = 0; lane < kLanes; ++lane) {
        const std::int64_t index = agent * kLanes + lane;
        if (random_word(29, static_cast<std::uint32_t>(index), 0, 0, Draw::test) % 3 != 0) continue;
        flips.push_back({agent, lane});
        std::int16_t& step = expected[static_cast<std::size_t>(index)];
        if (step == kStep)
          step = kNeverInfected;
        else if (step > kStep)
          step = kStep;
      }
    }
    const Buffer<InfectionFlip> list(exec, flips);
    Buffer<std::int16_t> steps(exec, before);
    kernels::infection_flips(exec, {.flips = list.size(),
                                    .lanes = kLanes,
                                    .step = kStep,
                                    .flip = list.data(),
                                    .infection_step = steps.data()});
    CHECK(steps.download() == expected);
  }
}

TEST_SUITE_END();
