#pragma once

#include <cstdint>

#include <starling/core/csr.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/agent_state.hpp>
#include <starling/kernels/contact_reduction.hpp>
#include <starling/kernels/disease_course.hpp>

namespace starling {

/// How infectious each agent is now.
///   d = now - infection_time - shift, or now - infection_time - onset - shift when the profile is linked to
///   the
///       onset of symptoms (of sampled runs: the one of disease_course())
///   T = infected * g(d),   g(d) = exp(log_scale + (a - 1) ln d - r d) for d > 0, else 0
/// where log_scale = ln M + a ln r - ln Gamma(a): a Gamma density in time, scaled by the peak factor M
/// (the gamma profile of JUNE; shift + 2.12 days).
///
/// Those who keep away from others outside home give T at home and kept T elsewhere.
///
/// Adjoint, given T_adj[j] = sum of venue_adj over the homes of j + kept sum over its other venues (the
/// transpose of the sum over members):
///   infected_adj += g T_adj
///   infection_time_adj -= infected g ((a - 1) / d - r) T_adj
/// An agent not infected in the run has infection time 0, as in the published model (docs/gradients.md).

/// Per-agent constants of the profile, 16 bytes an agent in float.
template <class Real>
struct ProfileView {
  const Real* log_scale;        // [agents]
  const Real* shape_minus_one;  // [agents]
  const Real* rate_per_day;     // [agents]
  const Real* shift_days;       // [agents]
};

/// The days from infection to the onset of symptoms that a linked profile starts from.
struct OnsetView {
  bool linked = false;
  std::uint64_t seed = 0;
  const std::uint32_t* lane_sample = nullptr;  // [lanes]
  LogDelay latent{};
  LogDelay presymptomatic{};
};

template <class State>
struct TransmissionArgs {
  std::int64_t agents;
  int lanes;
  State state;
  ProfileView<typename State::Real> profile;
  typename State::Real now_days;
  /// [agents][lanes]; rows of agents that no lane ever infects are left as they are (zero from the start).
  typename State::Transmitted* transmission;
  /// The same outside home; null where nobody keeps away.
  typename State::Transmitted* transmission_outside = nullptr;
  IsolationView<typename State::Real> isolation{};
  OnsetView onset{};
};

template <class State>
struct TransmissionAdjointArgs {
  std::int64_t agents;
  int lanes;
  State state;
  ProfileView<typename State::Real> profile;
  typename State::Real now_days;
  CsrView memberships;                          // agent -> venues
  const typename State::Real* venue_adj;        // [venues][lanes] adjoint of each member's transmission
  AgentStateAdjoint<typename State::Real> adj;  // accumulated into
  IsolationView<typename State::Real> isolation{};
  OnsetView onset{};
};

namespace cpu {
template <class State>
void transmission(const Exec& exec, const TransmissionArgs<State>& args);
template <class State>
void transmission_adjoint(const Exec& exec, const TransmissionAdjointArgs<State>& args);
}  // namespace cpu
namespace cuda {
template <class State>
void transmission(const Exec& exec, const TransmissionArgs<State>& args);
template <class State>
void transmission_adjoint(const Exec& exec, const TransmissionAdjointArgs<State>& args);
}  // namespace cuda

namespace kernels {

/// Reads the state, writes T: 6 bytes an agent and lane in a sampled run, and 16 bytes of profile an agent.
template <class State>
inline constexpr Kernel<TransmissionArgs<State>> transmission{
    "transmission", &cpu::transmission<State>, STARLING_CUDA_KERNEL(cuda::transmission<State>),
    [](const TransmissionArgs<State>& args) { return args.agents * (args.lanes * 6 + 16); }};

/// Two adjoints read and written, state read, one gather of a venue row per membership (about three).
template <class State>
inline constexpr Kernel<TransmissionAdjointArgs<State>> transmission_adjoint{
    "transmission_adjoint", &cpu::transmission_adjoint<State>,
    STARLING_CUDA_KERNEL(cuda::transmission_adjoint<State>), [](const TransmissionAdjointArgs<State>& args) {
      constexpr auto real = static_cast<std::int64_t>(sizeof(typename State::Real));
      return args.agents * (args.lanes * (2 + 4 * real + 2 * real) + 16);
    }};

}  // namespace kernels

}  // namespace starling
