#pragma once

#include <cstdint>
#include <limits>

#include <starling/core/csr.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/agent_state.hpp>
#include <starling/kernels/contact_reduction.hpp>
#include <starling/kernels/counted_groups.hpp>

namespace starling {

/// Exposure of each agent and its infection.
///   raw = v (sum of C over the agent's homes + kept sum of C over its other venues + imports)
///   x = limit(S raw) dt,   p = 1 - exp(-x)
/// with kept the share of contacts that quarantine leaves and v the susceptibility a vaccine leaves, both 1
/// where there is none. S = 1 for the never infected; with waning, S = 1 - exp(-waning d) at d days after the
/// latest infection, which the next one replaces.
/// Sampled run: infected at this step <=> u < p with u from Philox(agent, step, sample, infection).
/// Mean-field run: y = p, and  S' = max(0, S - y),  X' = X + y,  t' = t + y (now - t).
///
/// Adjoint of one step, with y_adj = case_adj + X_adj + t_adj (now - t) - w S_adj
/// (w = 1 in sampled runs; in mean-field runs 1 where S - y > 0, else 0):
///   raw_adj = v S slope y_adj for cells at home, kept times that for the others
///   S_adj = w S_adj + raw slope y_adj,   t_adj = (1 - y) t_adj
/// slope = dy / d(S raw):
///   mean field:           dt exp(-x), and 0 where the limit acts
///   sampled run:          dt exp(-x) dy/dp, with the dy/dp of InfectionSlope
///
/// An infected agent has S = 0 and x = 0. A slope that is not 0 there credits the depletion of susceptibles:
/// "had I not been infected, I would have been exposed to raw today".

/// Bounds on the pressure S raw. The default is none; the published model has a floor of 1e-6 and a cap of
/// 100.
template <class Real>
struct PressureLimits {
  Real floor = Real(0);
  Real cap = std::numeric_limits<Real>::infinity();
};

/// The random numbers of a sampled step.
struct InfectionNoise {
  std::uint64_t seed;
  const std::uint32_t* lane_sample;  // [lanes] lanes with the same entry share their noise
};

struct InfectionArgs {
  std::int64_t agents;
  int lanes;
  CsrView memberships;    // agent -> venues
  const float* pressure;  // [venues][lanes]
  float duration_days;
  int step;
  InfectionNoise noise;
  std::int16_t* infection_step;  // [agents][lanes], in and out
  IsolationView<float> isolation{};
  VaccinationView<float> vaccination{};
  ImportView<float> imports{};
  float waning_per_day = 0.0F;            // 0: immunity lasts
  float now_days = 0.0F;                  // read with waning only
  const float* step_time_days = nullptr;  // [steps + 1], read with waning only
};

template <class Real>
struct MeanFieldInfectionArgs {
  std::int64_t agents;
  int lanes;
  CsrView memberships;
  const Real* pressure;  // [venues][lanes]
  Real duration_days;
  Real now_days;
  PressureLimits<Real> limits;
  MeanFieldState<Real> before;
  Real* susceptibility;       // [agents][lanes] after the step
  Real* infected;             // [agents][lanes]
  Real* infection_time_days;  // [agents][lanes]
};

/// dy/dp of a sampled infection y (0 or 1) of probability p. Over the draws of y its expectation is 1 for all
/// but the last two; for gumbel_softmax it is close to 1.
enum class InfectionSlope {
  straight_through,             // 1
  straight_through_undepleted,  // 1, and 0 where p = 0: depletion is not credited
  straight_through_anchored,    // 1; infections are valued by kernels/anchored_transmission.hpp
  smoothed_one_sided,           // (1 - y) / (1 - p): the right derivative of the jump
  smoothed_two_sided,           // y / (2p) + (1 - y) / (2 (1 - p)); 1 where p = 0, which has no left side
  gumbel_softmax,               // s (1 - s) / (tau p (1 - p)), s = sigmoid((logit p - logit u) / tau); 0
                                // where p = 0: depletion is not credited
  transmission_chains           // y / (x (1 - p)), so that slope = y / (S raw): infections, and no others,
                                // share what kernels/transmission_chains.hpp says they are worth
};

/// What else a sampled step needs in the reverse sweep.
struct SampledSlope {
  InfectionSlope kind = InfectionSlope::straight_through;
  float temperature = 0.1F;
  InfectionNoise noise{};
};

template <class State>
struct InfectionAdjointArgs {
  using Real = typename State::Real;
  std::int64_t agents;
  int lanes;
  CsrView memberships;
  const Real* pressure;  // [venues][lanes]
  Real duration_days;
  Real now_days;
  PressureLimits<Real> limits;  // mean-field runs only
  SampledSlope slope;           // sampled runs only
  State state;                  // before the step
  CountedGroups counted;        // where an infection at this step is counted
  const Real* case_adj;         // [groups][lanes] adjoint of an infection at this step through the outputs
  AgentStateAdjoint<Real> adj;  // after the step on entry, before the step on return
  Real* raw_adj;                // [agents][lanes] adjoint of C of each of the agent's cells at home
  Real* raw_adj_outside = nullptr;  // [agents][lanes] the same of its other cells, where some keep away
  IsolationView<Real> isolation{};
  VaccinationView<Real> vaccination{};
  ImportView<Real> imports{};
};

namespace cpu {
void infection(const Exec& exec, const InfectionArgs& args);
template <class Real>
void mean_field_infection(const Exec& exec, const MeanFieldInfectionArgs<Real>& args);
template <class State>
void infection_adjoint(const Exec& exec, const InfectionAdjointArgs<State>& args);
}  // namespace cpu
namespace cuda {
void infection(const Exec& exec, const InfectionArgs& args);
template <class Real>
void mean_field_infection(const Exec& exec, const MeanFieldInfectionArgs<Real>& args);
template <class State>
void infection_adjoint(const Exec& exec, const InfectionAdjointArgs<State>& args);
}  // namespace cuda

namespace kernels {

/// Infection steps read; two venue rows gathered (from cache); few writes.
inline constexpr Kernel<InfectionArgs> infection{
    "infection", &cpu::infection, STARLING_CUDA_KERNEL(cuda::infection),
    [](const InfectionArgs& args) { return args.agents * (args.lanes * (2 + 2 * 4) + 16); }};

template <class Real>
inline constexpr Kernel<MeanFieldInfectionArgs<Real>> mean_field_infection{
    "mean_field_infection", &cpu::mean_field_infection<Real>,
    STARLING_CUDA_KERNEL(cuda::mean_field_infection<Real>), [](const MeanFieldInfectionArgs<Real>& args) {
      return args.agents * (args.lanes * 8 * static_cast<std::int64_t>(sizeof(Real)) + 16);
    }};

/// Three adjoints read and written, one written, state read, two venue rows gathered.
template <class State>
inline constexpr Kernel<InfectionAdjointArgs<State>> infection_adjoint{
    "infection_adjoint", &cpu::infection_adjoint<State>, STARLING_CUDA_KERNEL(cuda::infection_adjoint<State>),
    [](const InfectionAdjointArgs<State>& args) {
      return args.agents *
             (args.lanes * (2 + 9 * static_cast<std::int64_t>(sizeof(typename State::Real))) + 17);
    }};

}  // namespace kernels

}  // namespace starling
