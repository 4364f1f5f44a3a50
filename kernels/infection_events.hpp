#pragma once

#include <cstdint>

#include <starling/core/csr.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/agent_state.hpp>
#include <starling/kernels/contact_reduction.hpp>
#include <starling/kernels/infection_shares.hpp>
#include <starling/kernels/lane_sum.hpp>

namespace starling {

/// The events of a sampled run are the draws that decided it: one for every agent at the start, and one for
/// every agent that is exposed before it was ever infected, at every step. With the exposure
///   x = S raw dt  (kernels/infection.hpp),   x = sum over networks and imports of x_n,
/// the draw infects with p = 1 - exp(-x), so that at a given history
///   dp / d(ln rate of n) = x_n exp(-x),
///   d log P / d(ln rate of n) = x_n exp(-x) / p for the infected, -x_n for those who escaped.

/// What the draws of a step depend on.
struct InfectionEventsArgs {
  std::int64_t agents;
  int lanes;
  CsrView memberships;
  const float* pressure;  // [cells][lanes]
  float duration_days;
  EventState state;  // before the step
  IsolationView<float> isolation;
  VaccinationView<float> vaccination;
  ImportView<float> imports;
};

/// p of every draw, 0 where there is none.
struct InfectionProbabilityArgs {
  InfectionEventsArgs events;
  float* probability;  // [agents][lanes], out
};

/// The same of the draws at the start.
struct SeedingProbabilityArgs {
  std::int64_t agents;
  int lanes;
  const float* fraction;       // [lanes]
  const std::uint8_t* listed;  // [agents] 1: infected without a draw; or null
  float* probability;          // [agents][lanes], out
};

/// d log P / d raw of every draw, for cells at home and, where some keep away, for the others: what
/// PressureField::adjoint sums into d log P / d(ln rate).
struct InfectionScoreArgs {
  InfectionEventsArgs events;
  float* score;          // [agents][lanes], out
  float* score_outside;  // the same, or null
};

/// A point in the sum of the probabilities of a lane: in [0, sum).
struct EventTarget {
  double target;
  std::int32_t lane;
};

struct ChosenEvent {
  std::int64_t agent;
  std::int32_t lane;
  float probability;
  std::int32_t infected;  // 1 or 0
};

/// The draw on which each target falls when the probabilities are laid out agent after agent.
struct EventChoiceArgs {
  std::int64_t choices;
  std::int64_t agents;
  int lanes;
  int step;
  const EventTarget* target;           // [choices]
  const float* probability;            // [agents][lanes]
  const double* partial;               // [lane_sum_chunks(agents)][lanes] its sums (kernels/lane_sum.hpp)
  const std::int16_t* infection_step;  // [agents][lanes]
  ChosenEvent* chosen;                 // [choices], out
};

/// Where the exposure of draws at a later step than 0 comes from.
struct EventExposureArgs {
  std::int64_t events;
  int step;
  const ChosenEvent* event;  // [events] of which agent and lane are read
  float duration_days;
  ExposureView exposure;
  VaccinationView<float> vaccination;
  double* parts;  // [events][networks + 1] x_n, out
};

namespace cpu {
void infection_probability(const Exec& exec, const InfectionProbabilityArgs& args);
void seeding_probability(const Exec& exec, const SeedingProbabilityArgs& args);
void infection_score(const Exec& exec, const InfectionScoreArgs& args);
void event_choice(const Exec& exec, const EventChoiceArgs& args);
void event_exposure(const Exec& exec, const EventExposureArgs& args);
}  // namespace cpu
namespace cuda {
void infection_probability(const Exec& exec, const InfectionProbabilityArgs& args);
void seeding_probability(const Exec& exec, const SeedingProbabilityArgs& args);
void infection_score(const Exec& exec, const InfectionScoreArgs& args);
void event_choice(const Exec& exec, const EventChoiceArgs& args);
void event_exposure(const Exec& exec, const EventExposureArgs& args);
}  // namespace cuda

namespace kernels {

/// Infection steps read; two venue rows gathered (from cache); probabilities written.
inline constexpr Kernel<InfectionProbabilityArgs> infection_probability{
    "infection_probability", &cpu::infection_probability, STARLING_CUDA_KERNEL(cuda::infection_probability),
    [](const InfectionProbabilityArgs& args) {
      return args.events.agents * (args.events.lanes * (2 + 2 * 4 + 4) + 16);
    }};

inline constexpr Kernel<SeedingProbabilityArgs> seeding_probability{
    "seeding_probability", &cpu::seeding_probability, STARLING_CUDA_KERNEL(cuda::seeding_probability),
    [](const SeedingProbabilityArgs& args) { return args.agents * args.lanes * 4; }};

inline constexpr Kernel<InfectionScoreArgs> infection_score{
    "infection_score", &cpu::infection_score, STARLING_CUDA_KERNEL(cuda::infection_score),
    [](const InfectionScoreArgs& args) {
      return args.events.agents * (args.events.lanes * (2 + 2 * 4 + 4) + 16);
    }};

/// The sums of chunks and the probabilities of one chunk for each choice, at most.
inline constexpr Kernel<EventChoiceArgs> event_choice{
    "event_choice", &cpu::event_choice, STARLING_CUDA_KERNEL(cuda::event_choice),
    [](const EventChoiceArgs& args) {
      return args.choices * (lane_sum_chunks(args.agents) * 8 + kLaneSumChunk * 4);
    }};

/// The events read and the parts of their exposure written.
inline constexpr Kernel<EventExposureArgs> event_exposure{
    "event_exposure", &cpu::event_exposure, STARLING_CUDA_KERNEL(cuda::event_exposure),
    [](const EventExposureArgs& args) {
      return args.events * (static_cast<std::int64_t>(sizeof(ChosenEvent)) +
                            (std::int64_t{args.exposure.networks} + 1) * 8);
    }};

}  // namespace kernels

}  // namespace starling
