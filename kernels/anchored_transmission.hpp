#pragma once

#include <cstdint>

#include <starling/core/csr.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/transmission.hpp>

namespace starling {

/// What an infection is worth through those it infects, counted from the step at which it would happen.
///
/// Written as a convolution of new infections y with the profile g, the infectiousness of agent j at step s'
/// is
///   T[j](s') = sum over s < s' of y[j](s) g(now(s') - now(s) - onset - shift),
/// whose adjoint is
///   value[j](s) = sum over s' > s of g(now(s') - now(s) - onset - shift) T_adj[j](s'),
/// whether or not j is infected in the run, and when. kernels/transmission.hpp differentiates the infection
/// time instead: there the infection of an agent is valued at the time at which the run infects it, and at
/// time 0 for an agent never infected.
///
/// One call takes a step of a sweep from the last step to the first: it keeps T_adj of the step in the ring
/// `kept` and leaves the value of an infection at the step before. Values reach `window` steps ahead. The
/// ring takes 4 bytes an agent, lane and step of the window.
///
/// (With the profile fitted by a sum of K exponentials, the sum over s' would become K recursions and the
/// ring K numbers.)

struct AnchoredTransmissionAdjointArgs {
  std::int64_t agents;
  int lanes;
  ProfileView<float> profile;
  const float* step_time_days;  // [last_step + 1]
  int step;
  int last_step;
  int window;  // steps
  CsrView memberships;
  const float* venue_adj;  // [venues][lanes] adjoint of each member's transmission at `step`
  float* kept;             // [agents][window][lanes]
  float* value;            // [agents][lanes] of an infection at step - 1, out
  IsolationView<float> isolation{};
  OnsetView onset{};
};

namespace cpu {
void anchored_transmission_adjoint(const Exec& exec, const AnchoredTransmissionAdjointArgs& args);
}  // namespace cpu
namespace cuda {
void anchored_transmission_adjoint(const Exec& exec, const AnchoredTransmissionAdjointArgs& args);
}  // namespace cuda

namespace kernels {

/// The ring read, one row of it and the value written, one gather of a venue row per membership (about
/// three).
inline constexpr Kernel<AnchoredTransmissionAdjointArgs> anchored_transmission_adjoint{
    "anchored_transmission_adjoint", &cpu::anchored_transmission_adjoint,
    STARLING_CUDA_KERNEL(cuda::anchored_transmission_adjoint),
    [](const AnchoredTransmissionAdjointArgs& args) {
      return args.agents * (std::int64_t{args.lanes} * 4 * (args.window + 3) + 16);
    }};

}  // namespace kernels

}  // namespace starling
