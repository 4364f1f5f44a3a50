#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/abm/event_flips.hpp>
#include <starling/abm/sampled_epidemic.hpp>

namespace starling {

/// The derivatives of transmission chains, corrected by runs without single infections.
///
/// Of the sum over events in abm/event_flips.hpp the infections alone have the same mean, each with 1 / p(e)
/// of its term: whether e infects is drawn apart from all that f1(e) - f0(e) depends on. With g the adjoint
/// of the observation, and an infection e worth v(e) by its chains (kernels/transmission_chains.hpp),
///   d E[g f] / dθ = E[ chains + sum over infections e of  c(e) (r(e) g (f1(e) - f0(e)) - v(e)) ],
/// where the chains are the sum of c(e) v(e), c(e) is the share x_n / x of network n in the exposure for the
/// derivative by ln(rate of n), and r(e) = x / (exp(x) - 1), for contacts after the first of a step change
/// nothing. At the start c = r = 1 by ln(seed fraction).
///
/// Of the second sum K terms are run, chosen with probabilities q(e) and weighted with 1 / (K q(e)): unbiased
/// whatever the chains' bias is, and with less variance than flips alone, the more so the better v(e) tells
/// what the infection changes. q is that of abm/event_flips.hpp among infections: proportional to 1 / C.

/// An infection of a run that is to be run without.
struct RemovedInfection {
  DrawnEvent drawn;
  double weight = 0.0;  // 1 / (K q)
};

/// K choices among the infections of a lane, step after step; none without infections. `infection_step`
/// [agents][width] are those of a trajectory of `steps` steps, `sample` that of the lane's noise.
std::vector<RemovedInfection> choose_infections(std::span<const std::int16_t> infection_step, int width,
                                                int lane, int steps, std::uint32_t sample, int flips,
                                                std::uint64_t seed);

/// c (r change - value) of an infection for the derivative by ln(rate) of each network, or, at the start,
/// for that by ln(seed fraction): [networks], or [1].
std::vector<double> correction_terms(const InfectionEvent& event, double change, double value);

}  // namespace starling
