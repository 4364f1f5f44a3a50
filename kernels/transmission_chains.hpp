#pragma once

#include <cstdint>
#include <limits>

#include <starling/core/csr.hpp>
#include <starling/core/fixed_point.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/agent_state.hpp>
#include <starling/kernels/contact_reduction.hpp>
#include <starling/kernels/counted_groups.hpp>
#include <starling/kernels/infection.hpp>
#include <starling/kernels/infection_shares.hpp>

namespace starling {

/// What each infection of a run caused: what would be lost without it.
///
/// An infection is the first of the infectious contacts of an agent, which form a Poisson process with the
/// agent's exposure as its rate. The derivative of an expectation by the logarithm of part of that rate is
/// the expected sum, over the contacts of that part, of the outcome minus the outcome without this one
/// contact (the Russo-Margulis formula for Poisson processes). Contacts after the first one change nothing,
/// so that each infection counts once, split among the parts of the exposure at its step as their shares.
///
/// Without its first contact an agent is infected by a later one, or never; those it infected are late by as
/// much, or are infected by someone else in the meantime. With
///   D(i, k)   steps by which k is late when the infection of i is taken away; 0 unless k is i or descends
///   from it, m         the infector of k, (s, j)    the contacts of k after its first: their step and
///   source, drawn from the exposure of the run, t         steps of infection,
/// it holds
///   D(i, k) = min( D(i, m) unless i = k,  min over (s, j) of s + D(i, j) - t[k] ),
/// the equations of shortest paths. Infectiousness and its contacts move with the infection they follow; that
/// a place may be closed on the later day is left out. D depends on i only through its place in the chain of
/// k, its generation: at most one i a generation. k and j have the ancestors up to a shared generation in
/// common.
///
/// The value of an infection, given the adjoint w of a new case at each step and group, is
///   value[i] = sum over k of w[k](t[k]) - w[k](t[k] + D(i, k))
/// (w = 0 after the last step). Values are bounded by the cases that descend from i.

/// Later contacts kept for an agent and lane, each from another source: of one source only the first can
/// matter. Those beyond are left out, so that an agent that needs them is taken to escape.
inline constexpr int kKeptContacts = 8;

inline constexpr std::int32_t kNobody = -1;
inline constexpr std::int16_t kNeverLate = std::numeric_limits<std::int16_t>::max();

/// Who infected whom, and who would have: 72 bytes an agent and lane.
struct TransmissionChainsView {
  std::int32_t* infector;           // [agents][lanes], kNobody for seeds and imported infections
  std::int16_t* generation;         // [agents][lanes] infections before this one in its chain
  std::int16_t* contacts;           // [agents][lanes] how many are kept
  std::int32_t* contact_source;     // [agents][kKeptContacts][lanes], kNobody for imports
  std::int16_t* contact_step;       // [agents][kKeptContacts][lanes]
  std::int16_t* shared_generation;  // [agents][kKeptContacts][lanes], -1 for none
};

/// Draws the contacts of one step, from Philox(agent, step, sample, contact); steps are taken in their order.
/// Step 0 clears the chains.
struct InfectiousContactsArgs {
  std::int64_t agents;
  int lanes;
  int step;
  int day_type;
  float duration_days;
  const std::int16_t* infection_step;  // [agents][lanes] of the finished run
  InfectionNoise noise;
  CsrView memberships;                 // agent -> cells
  CsrView members;                     // cell -> agents
  const float* pressure;               // [cells][lanes]
  const float* attending;              // [attending rows][lanes], of the blocks with pressure
  const Quanta* transmission;          // [agents][lanes] at home
  const Quanta* transmission_outside;  // [agents][lanes]
  ExposureBlocksView<float> blocks;
  std::int64_t home_cells;
  TransmissionChainsView chains;
  IsolationView<float> isolation{};
  VaccinationView<float> vaccination{};
  ImportView<float> imports{};
};

/// Finds the shared generations.
struct SharedGenerationsArgs {
  std::int64_t agents;
  int lanes;
  const std::int16_t* infection_step;  // [agents][lanes]
  int last_step;
  TransmissionChainsView chains;
};

/// Delays of those infected at a step; one pass takes the steps in their order. Delays of sources infected
/// before the step are those of this pass, of others those of the pass before (none in the first).
struct ChainDelaysArgs {
  std::int64_t agents;
  int lanes;
  int step;
  int generations;
  const std::int16_t* infection_step;  // [agents][lanes]
  TransmissionChainsView chains;
  const std::int16_t* before;  // [agents][generations][lanes], or null
  std::int16_t* delay;         // [agents][generations][lanes]
};

/// Adds up values[i], without the case i itself is at its own step, which is the caller's to count:
/// scale[lane] times the value, rounded towards 0.
struct ChainValuesArgs {
  std::int64_t agents;
  int lanes;
  int last_step;
  int generations;
  std::int64_t step_cells;  // counted groups times lanes
  const std::int16_t* infection_step;
  TransmissionChainsView chains;
  const std::int16_t* delay;  // [agents][generations][lanes]
  CountedGroups counted;
  const float* case_adj;  // [last_step + 1][counted groups][lanes]
  const double* scale;    // [lanes]
  std::int64_t* values;   // [agents][lanes], added to
};

/// real = values / scale, 0 where scale is 0.
struct UnscaledValuesArgs {
  std::int64_t agents;
  int lanes;
  const std::int64_t* values;  // [agents][lanes]
  const double* scale;         // [lanes]
  float* real;                 // [agents][lanes]
};

namespace cpu {
void infectious_contacts(const Exec& exec, const InfectiousContactsArgs& args);
void shared_generations(const Exec& exec, const SharedGenerationsArgs& args);
void chain_delays(const Exec& exec, const ChainDelaysArgs& args);
void chain_values(const Exec& exec, const ChainValuesArgs& args);
void unscaled_values(const Exec& exec, const UnscaledValuesArgs& args);
}  // namespace cpu
namespace cuda {
void infectious_contacts(const Exec& exec, const InfectiousContactsArgs& args);
void shared_generations(const Exec& exec, const SharedGenerationsArgs& args);
void chain_delays(const Exec& exec, const ChainDelaysArgs& args);
void chain_values(const Exec& exec, const ChainValuesArgs& args);
void unscaled_values(const Exec& exec, const UnscaledValuesArgs& args);
}  // namespace cuda

namespace kernels {

/// Infection steps read, two venue rows gathered; the rest concerns the few with a contact.
inline constexpr Kernel<InfectiousContactsArgs> infectious_contacts{
    "infectious_contacts", &cpu::infectious_contacts, STARLING_CUDA_KERNEL(cuda::infectious_contacts),
    [](const InfectiousContactsArgs& args) { return args.agents * (args.lanes * 10 + 16); }};

/// Contacts read and written; chains walked through cache.
inline constexpr Kernel<SharedGenerationsArgs> shared_generations{
    "shared_generations", &cpu::shared_generations, STARLING_CUDA_KERNEL(cuda::shared_generations),
    [](const SharedGenerationsArgs& args) {
      return args.agents * args.lanes * (8 + kKeptContacts * std::int64_t{8});
    }};

/// Infection steps read; the rest concerns those infected at the step.
inline constexpr Kernel<ChainDelaysArgs> chain_delays{
    "chain_delays", &cpu::chain_delays, STARLING_CUDA_KERNEL(cuda::chain_delays),
    [](const ChainDelaysArgs& args) { return args.agents * args.lanes * 2; }};

/// Delays read once; a value added to for each generation.
inline constexpr Kernel<ChainValuesArgs> chain_values{
    "chain_values", &cpu::chain_values, STARLING_CUDA_KERNEL(cuda::chain_values),
    [](const ChainValuesArgs& args) {
      return args.agents * args.lanes * (4 + args.generations * std::int64_t{10});
    }};

inline constexpr Kernel<UnscaledValuesArgs> unscaled_values{
    "unscaled_values", &cpu::unscaled_values, STARLING_CUDA_KERNEL(cuda::unscaled_values),
    [](const UnscaledValuesArgs& args) { return args.agents * args.lanes * 12; }};

}  // namespace kernels

}  // namespace starling
