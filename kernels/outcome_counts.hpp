#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>
#include <starling/kernels/contact_reduction.hpp>
#include <starling/kernels/disease_course.hpp>

namespace starling {

/// What infections of a sampled run lead to, from the infection steps alone:
///   counts[event][record][cell][lane] += number of the cell's agents whose course has the event in
///   (time of the record before, time of the record],
/// with the course of disease_course() starting at the time of the infection step, and the probability of
/// symptoms that a vaccine left at that step. Events after the last record are not counted. Integer sums:
/// exact and order-free.

struct OutcomeCountsArgs {
  std::int64_t agents;
  int lanes;
  int steps;  // infection steps lie in [0, steps] or are kNeverInfected
  int cells;
  std::uint64_t seed;
  const std::uint32_t* lane_sample;    // [lanes] lanes with the same entry share their draws
  const float* step_time_days;         // [steps + 1], ascending
  const std::int16_t* infection_step;  // [agents][lanes]
  const std::uint8_t* age_class;       // [agents] row of `reach`
  const std::uint16_t* cell;           // [agents] where an agent is counted; `cells` or more: nowhere
  const ReachProbabilities* reach;     // [age classes][lanes]
  DiseaseDelays delays;
  std::int64_t* counts;               // [kDiseaseEvents][steps + 1][cells][lanes], added to
  VaccinationView<float> symptoms{};  // share of the probability of symptoms left
};

namespace cpu {
void outcome_counts(const Exec& exec, const OutcomeCountsArgs& args);
}  // namespace cpu
namespace cuda {
void outcome_counts(const Exec& exec, const OutcomeCountsArgs& args);
}  // namespace cuda

namespace kernels {

/// Infection steps, age classes and cells read; counts from cache.
inline constexpr Kernel<OutcomeCountsArgs> outcome_counts{
    "outcome_counts", &cpu::outcome_counts, STARLING_CUDA_KERNEL(cuda::outcome_counts),
    [](const OutcomeCountsArgs& args) { return args.agents * (args.lanes * 2 + 3); }};

}  // namespace kernels

}  // namespace starling
