#pragma once

#include <type_traits>

#include <starling/autodiff/tape.hpp>
#include <starling/core/random.hpp>
#include <starling/kernels/gumbel_softmax.hpp>

namespace starling {

/// Random arrays. Element i of a draw comes from counter (i, step, block, purpose) and the seed of its
/// stream: the same for any number of threads, on any tape, and drawn again by the reverse pass instead of
/// kept. Draws of one model need different streams, by step or seed: equal streams give equal or dependent
/// numbers. At most 2^32 elements, InputError for more.

/// Constants of a distribution (Distribution says which), never 0 or 1 and never infinite.
template <class Real>
Var<Real> uniform(Tape<Real>& tape, const Shape& shape, const RandomStream& stream);
template <class Real>
Var<Real> standard_normal(Tape<Real>& tape, const Shape& shape, const RandomStream& stream);
template <class Real>
Var<Real> standard_logistic(Tape<Real>& tape, const Shape& shape, const RandomStream& stream);
template <class Real>
Var<Real> standard_gumbel(Tape<Real>& tape, const Shape& shape, const RandomStream& stream);

/// Gamma variables of shape alpha and scale 1, one for each element of alpha. Their derivative by alpha is
/// that of the quantile at the level drawn (implicit reparameterisation, Figurnov et al. 2018). There is no
/// second derivative by alpha: on a tape of Dual numbers the reverse pass takes the slope for a constant, so
/// that a Hessian product lacks the term of d^2 y / dalpha^2. NaN where alpha is not a positive number.
template <class Real>
Var<Real> gamma(Var<Real> alpha, const RandomStream& stream);

/// 1 with probability p, else 0; the gradient of the draw is passed on to p as it is (Bengio, Léonard and
/// Courville 2013).
template <class Real>
Var<Real> bernoulli_straight_through(Var<Real> p, const RandomStream& stream);
/// The same with given uniform numbers, a constant of the shape of p.
template <class Real>
Var<Real> bernoulli_straight_through_with_noise(Var<Real> p, Var<Real> uniforms);

/// 1 with probability p, else 0, relaxed: sigmoid((log(p / (1 - p)) + logistic noise) / temperature). Hard
/// draws are 0 or 1 and have the gradient of the soft ones.
template <class Real>
Var<Real> bernoulli_gumbel_softmax(Var<Real> p, std::type_identity_t<Real> temperature, Relaxation relaxation,
                                   const RandomStream& stream);
/// The same with given noise, a constant of the shape of p. The noise of a pair of Gumbel variables is the
/// one of class 1 minus the one of class 0.
template <class Real>
Var<Real> bernoulli_gumbel_softmax_with_noise(Var<Real> p, std::type_identity_t<Real> temperature,
                                              Relaxation relaxation, Var<Real> noise);

/// One class of those along the last axis, with probabilities softmax(logits), relaxed: softmax((logits +
/// Gumbel noise) / temperature). Hard draws are 1 for the largest score, the first of equals, 0 for the other
/// classes, and have the gradient of the soft ones.
template <class Real>
Var<Real> categorical_gumbel_softmax(Var<Real> logits, std::type_identity_t<Real> temperature,
                                     Relaxation relaxation, const RandomStream& stream);
/// The same with given noise, a constant of the shape of the logits.
template <class Real>
Var<Real> categorical_gumbel_softmax_with_noise(Var<Real> logits, std::type_identity_t<Real> temperature,
                                                Relaxation relaxation, Var<Real> noise);

}  // namespace starling
