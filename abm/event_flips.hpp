#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/abm/sampled_epidemic.hpp>

namespace starling {

/// Derivatives of the expected observation f by turning single events.
///
/// Given what happened before it, an event e (kernels/infection_events.hpp) infects with probability p(e),
/// and no other draw depends on its random number. The law of a run is the product of the laws of its events,
/// so
///   d E[f] / d theta = E[ sum over events e of the run of  dp(e)/dtheta (f1(e) - f0(e)) ],
/// where dp(e)/dtheta is taken at the history before e, and f1 and f0 are the observations of the run in
/// which e infects and of the one in which it does not, all other random numbers being the same: one of them
/// is the run itself. (Let all draws up to some event use theta + dtheta and all later ones theta: two
/// neighbouring hybrids of this kind differ by the term of one event.) The sum is over infections and escapes
/// alike.
///
/// Of these sums over all agents and steps, K events are run: event e with probability q(e) at each of K
/// choices, weighted with 1 / (K q(e)). The estimate is unbiased for any q that is positive where p is,
/// whatever of the run it depends on, since it is so for every single run.
///
/// q = p / (C W), with C the cases up to and including the event's step (at least those expected of the step)
/// and W the sum of p / C over all events. While an epidemic grows, each of C cases has
/// about the same part in all later ones, so that turning one changes them by 1 / C of their number: the
/// terms have about the same size, and the choices spread evenly over the logarithm of the cases instead of
/// crowding where most of the infections are. The K choices lie in equal strata of the sum of q, step after
/// step and agent after agent, which cannot increase the variance.

/// A choice, and what the probability of its event stands for: q(e) = p(e) `chance`.
struct FlipChoice {
  EventPlace place;
  double chance = 0.0;
};

/// What is known of one lane of a run before its events are chosen.
struct FlipLane {
  int lane = 0;
  std::uint32_t sample = 0;           // of the lane's noise, which also makes the choices
  std::vector<double> probabilities;  // [steps + 1] sums, see SampledEpidemic::infection_probabilities
  std::vector<double> cases;          // [steps + 1] new cases
};

/// The choices of a lane, step after step; none if no event is possible.
std::vector<FlipChoice> choose_flips(const FlipLane& lane, int flips, std::uint64_t seed);

/// dp / d(ln rate) of an event by network. [networks]
std::vector<double> log_rate_slopes(const InfectionEvent& event);

}  // namespace starling
