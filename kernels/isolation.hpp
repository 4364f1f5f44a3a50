#pragma once

#include <cstdint>

#include <starling/core/csr.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/contact_reduction.hpp>
#include <starling/kernels/disease_course.hpp>

namespace starling {

/// Who keeps away from others on a step, as bits by quarantine policy (kernels/contact_reduction.hpp).
///   isolation:       flags[i] = the policies in force whose stage agent i has reached before the step,
///   having
///                    neither recovered nor died since, by disease_course(), with the probability of symptoms
///                    that a vaccine left when it was infected. A course is drawn again on every step until
///                    `free_after` knows it to be over: most of an epidemic's infected have long recovered.
///   home_isolation:  home_flags[h] = the household policies that apply to any member of home h
///   joined_isolation: flags[i] |= home_flags of the homes of agent i

inline constexpr int kMostQuarantines = 8;

struct IsolationArgs {
  std::int64_t agents;
  int lanes;
  int step;
  float now_days;
  std::uint64_t seed;
  const std::uint32_t* lane_sample;    // [lanes]
  const float* step_time_days;         // [steps + 1]
  const std::int16_t* infection_step;  // [agents][lanes]
  const std::uint16_t* group;          // [agents]
  const std::uint8_t* class_of_group;  // [groups] row of `reach`
  const ReachProbabilities* reach;     // [age classes]
  DiseaseDelays delays;
  std::uint8_t in_force;                      // bits
  DiseaseStage from_stage[kMostQuarantines];  // by policy
  std::uint8_t* flags;                        // [agents][lanes], out
  VaccinationView<float> symptoms;            // share of the probability of symptoms left
  DiseaseStage earliest_stage;                // of all policies, in force or not
  /// [agents][lanes], in and out: 0 for a course not drawn yet, else 1 + the whole days after infection from
  /// which no policy can concern the agent, at most 255, which says nothing. Null where symptoms depend on
  /// when an agent was infected.
  std::uint8_t* free_after;
};

struct HomeIsolationArgs {
  std::int64_t homes;
  int lanes;
  CsrView members;            // home -> agents
  std::uint8_t household;     // bits of the policies that keep whole households away
  const std::uint8_t* flags;  // [agents][lanes]
  std::uint8_t* home_flags;   // [homes][lanes], out
};

struct JoinedIsolationArgs {
  std::int64_t agents;
  int lanes;
  CsrView memberships;  // agent -> cells, ascending, homes first
  std::int64_t homes;
  const std::uint8_t* home_flags;  // [homes][lanes]
  std::uint8_t* flags;             // [agents][lanes], in and out
};

namespace cpu {
void isolation(const Exec& exec, const IsolationArgs& args);
void home_isolation(const Exec& exec, const HomeIsolationArgs& args);
void joined_isolation(const Exec& exec, const JoinedIsolationArgs& args);
}  // namespace cpu
namespace cuda {
void isolation(const Exec& exec, const IsolationArgs& args);
void home_isolation(const Exec& exec, const HomeIsolationArgs& args);
void joined_isolation(const Exec& exec, const JoinedIsolationArgs& args);
}  // namespace cuda

namespace kernels {

/// Infection steps read, flags written; courses of the infected computed while they last.
inline constexpr Kernel<IsolationArgs> isolation{
    "isolation", &cpu::isolation, STARLING_CUDA_KERNEL(cuda::isolation),
    [](const IsolationArgs& args) { return args.agents * (args.lanes * 3 + 2); }};

/// One flag gathered per member (counted as one member a home), one written per home.
inline constexpr Kernel<HomeIsolationArgs> home_isolation{
    "home_isolation", &cpu::home_isolation, STARLING_CUDA_KERNEL(cuda::home_isolation),
    [](const HomeIsolationArgs& args) { return args.homes * (args.lanes * 2 + 12); }};

/// Flags read and written, one row of a home's gathered.
inline constexpr Kernel<JoinedIsolationArgs> joined_isolation{
    "joined_isolation", &cpu::joined_isolation, STARLING_CUDA_KERNEL(cuda::joined_isolation),
    [](const JoinedIsolationArgs& args) { return args.agents * (args.lanes * 3 + 12); }};

}  // namespace kernels

}  // namespace starling
