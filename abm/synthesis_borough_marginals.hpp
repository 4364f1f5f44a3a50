#pragma once

#include <cstddef>
#include <vector>

#include <starling/abm/synthesis.hpp>
#include <starling/abm/synthesis_figures.hpp>
#include <starling/abm/synthesis_marginals.hpp>

namespace starling {

/// How far the borough that fits worst is from its own figures, one marginal for each kind of figure; the
/// name says which borough it is. Deviations are fractions (target 0):
/// * ages, household sizes, workplace sizes, work boroughs of a borough's residents: total variation, the
///   share that would have to change; ages in the bands of the totals, household sizes against England's;
/// * school rolls: places of the borough's register that a pupil too many or too few has, of all its places.
/// `boroughs` are those synthesised, in the order of the attribute "borough".
std::vector<Marginal> measure_boroughs(const Population& population, const SynthesisFigures& figures,
                                       const std::vector<std::size_t>& boroughs,
                                       const SynthesisRecord& record);

}  // namespace starling
