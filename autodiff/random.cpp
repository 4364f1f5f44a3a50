#include <optional>

#include <starling/autodiff/random.hpp>
#include <starling/core/check.hpp>
#include <starling/kernels/bernoulli_draws.hpp>
#include <starling/kernels/gamma_draws.hpp>
#include <starling/kernels/random_draws.hpp>
#include <starling/kernels/strided_copy.hpp>

namespace starling {

namespace {

/// Numbers of the elements are 32 bits of the counter.
void check_draws(const char* place, std::int64_t n) {
  check_in_range(place, "number of elements", static_cast<double>(n), 0.0, 0x1p32);
}

/// Noise of an operation: an array of the caller's, or none where it is drawn from a stream.
template <class Real>
struct Noise {
  RandomStream stream{};
  std::optional<Var<Real>> given{};

  [[nodiscard]] const Real* data() const { return given ? given->data() : nullptr; }
};

template <class Real>
void check_noise(const char* place, Var<Real> x, const Noise<Real>& noise) {
  if (!noise.given) return check_draws(place, x.size());
  check_shape(place, "noise", noise.given->shape(), x.shape());
  check_that(!noise.given->differentiated(), place, "noise must be a constant");
}

/// Records with the noise, where given, as a second input: the adjoint finds it as noise_of().
template <class Real, class Adjoint>
void record_with_noise(Operation operation, Var<Real> x, const Noise<Real>& noise, Var<Real> y,
                       const Adjoint& adjoint) {
  if (noise.given)
    x.tape().record(operation, {x, *noise.given}, {y}, adjoint);
  else
    x.tape().record(operation, {x}, {y}, adjoint);
}
template <class Real>
const Real* noise_of(const AdjointContext<Real>& context, bool given) {
  return given ? context.input(1) : nullptr;
}

template <class Real>
Var<Real> draw(const char* place, Tape<Real>& tape, const Shape& shape, Distribution distribution,
               const RandomStream& stream) {
  check_draws(place, shape.size());
  const Var<Real> y = tape.output(shape);
  kernels::random_draws<Real>(tape.exec(), {shape.size(), distribution, stream, tape.mutable_data(y)});
  return y;
}

template <class Real>
Var<Real> bernoulli(Var<Real> p, const Noise<Real>& noise) {
  Tape<Real>& tape = p.tape();
  check_noise("bernoulli_straight_through", p, noise);
  const std::int64_t n = p.size();
  const Var<Real> y = tape.output(p.shape());
  kernels::bernoulli_draws<Real>(tape.exec(),
                                 {n, noise.stream, noise.data(), p.data(), tape.mutable_data(y)});
  record_with_noise(Operation::bernoulli_straight_through, p, noise, y, [n](AdjointContext<Real>& context) {
    const AdjointSlot<Real> slot = context.input_adj(0);
    const StridedLayout all{{1, 1, 1, n}, {0, 0, 0, 1}, {0, 0, 0, 1}};
    kernels::strided_copy<Real>(context.exec(), {all, context.output_adj(), slot.data, slot.mode});
  });
  return y;
}

template <class Real>
Var<Real> bernoulli_relaxed(Var<Real> p, Real temperature, Relaxation relaxation, const Noise<Real>& noise) {
  constexpr const char* place = "bernoulli_gumbel_softmax";
  Tape<Real>& tape = p.tape();
  check_positive(place, "temperature", static_cast<double>(plain(temperature)));
  check_noise(place, p, noise);
  const std::int64_t n = p.size();
  const Var<Real> y = tape.output(p.shape());
  kernels::bernoulli_gumbel_softmax<Real>(
      tape.exec(), {n, temperature, relaxation, noise.stream, noise.data(), p.data(), tape.mutable_data(y)});
  record_with_noise(Operation::bernoulli_gumbel_softmax, p, noise, y,
                    [n, temperature, stream = noise.stream,
                     given = noise.given.has_value()](AdjointContext<Real>& context) {
                      const AdjointSlot<Real> slot = context.input_adj(0);
                      kernels::bernoulli_gumbel_softmax_adjoint<Real>(
                          context.exec(), {n, temperature, stream, noise_of(context, given), context.input(0),
                                           context.output_adj(), slot.data, slot.mode});
                    });
  return y;
}

/// Keeps no soft value: the adjoint of a hard draw makes it again.
template <class Real>
struct CategoricalRecord {
  std::int64_t rows, columns;
  Real temperature;
  Relaxation relaxation;
  RandomStream stream;
  bool noise_given;

  void operator()(AdjointContext<Real>& context) const {
    const Real* soft_y = context.output();
    if (relaxation == Relaxation::hard) {
      Real* again = context.template scratch<Real>(rows * columns);
      kernels::categorical_gumbel_softmax<Real>(context.exec(),
                                                {rows, columns, temperature, Relaxation::soft, stream,
                                                 noise_of(context, noise_given), context.input(0), again});
      soft_y = again;
    }
    const AdjointSlot<Real> slot = context.input_adj(0);
    kernels::categorical_gumbel_softmax_adjoint<Real>(
        context.exec(), {rows, columns, temperature, soft_y, context.output_adj(), slot.data, slot.mode});
  }
};

template <class Real>
Var<Real> categorical_relaxed(Var<Real> logits, Real temperature, Relaxation relaxation,
                              const Noise<Real>& noise) {
  constexpr const char* place = "categorical_gumbel_softmax";
  Tape<Real>& tape = logits.tape();
  check_positive(place, "temperature", static_cast<double>(plain(temperature)));
  check_noise(place, logits, noise);
  check_that(logits.shape().rank() > 0 && logits.shape().last() > 0, place, "the last axis has no classes");
  const std::int64_t columns = logits.shape().last();
  const std::int64_t rows = logits.size() / columns;
  const Var<Real> y = tape.output(logits.shape());
  kernels::categorical_gumbel_softmax<Real>(
      tape.exec(), {rows, columns, temperature, relaxation, noise.stream, noise.data(), logits.data(),
                    tape.mutable_data(y)});
  record_with_noise(
      Operation::categorical_gumbel_softmax, logits, noise, y,
      CategoricalRecord<Real>{rows, columns, temperature, relaxation, noise.stream, noise.given.has_value()});
  return y;
}

}  // namespace

template <class Real>
Var<Real> uniform(Tape<Real>& tape, const Shape& shape, const RandomStream& stream) {
  return draw("uniform", tape, shape, Distribution::uniform, stream);
}

template <class Real>
Var<Real> standard_normal(Tape<Real>& tape, const Shape& shape, const RandomStream& stream) {
  return draw("standard_normal", tape, shape, Distribution::normal, stream);
}

template <class Real>
Var<Real> standard_logistic(Tape<Real>& tape, const Shape& shape, const RandomStream& stream) {
  return draw("standard_logistic", tape, shape, Distribution::logistic, stream);
}

template <class Real>
Var<Real> standard_gumbel(Tape<Real>& tape, const Shape& shape, const RandomStream& stream) {
  return draw("standard_gumbel", tape, shape, Distribution::gumbel, stream);
}

template <class Real>
Var<Real> gamma(Var<Real> alpha, const RandomStream& stream) {
  Tape<Real>& tape = alpha.tape();
  const std::int64_t n = alpha.size();
  check_draws("gamma", n);
  const Var<Real> y = tape.output(alpha.shape());
  kernels::gamma_draws<Real>(tape.exec(), {n, stream, alpha.data(), tape.mutable_data(y)});
  tape.record(Operation::gamma, {alpha}, {y}, [n](AdjointContext<Real>& context) {
    const AdjointSlot<Real> slot = context.input_adj(0);
    kernels::gamma_draws_adjoint<Real>(
        context.exec(), {n, context.input(0), context.output(), context.output_adj(), slot.data, slot.mode});
  });
  return y;
}

template <class Real>
Var<Real> bernoulli_straight_through(Var<Real> p, const RandomStream& stream) {
  return bernoulli(p, Noise<Real>{.stream = stream});
}

template <class Real>
Var<Real> bernoulli_straight_through_with_noise(Var<Real> p, Var<Real> uniforms) {
  return bernoulli(p, Noise<Real>{.given = uniforms});
}

template <class Real>
Var<Real> bernoulli_gumbel_softmax(Var<Real> p, std::type_identity_t<Real> temperature, Relaxation relaxation,
                                   const RandomStream& stream) {
  return bernoulli_relaxed(p, temperature, relaxation, Noise<Real>{.stream = stream});
}

template <class Real>
Var<Real> bernoulli_gumbel_softmax_with_noise(Var<Real> p, std::type_identity_t<Real> temperature,
                                              Relaxation relaxation, Var<Real> noise) {
  return bernoulli_relaxed(p, temperature, relaxation, Noise<Real>{.given = noise});
}

template <class Real>
Var<Real> categorical_gumbel_softmax(Var<Real> logits, std::type_identity_t<Real> temperature,
                                     Relaxation relaxation, const RandomStream& stream) {
  return categorical_relaxed(logits, temperature, relaxation, Noise<Real>{.stream = stream});
}

template <class Real>
Var<Real> categorical_gumbel_softmax_with_noise(Var<Real> logits, std::type_identity_t<Real> temperature,
                                                Relaxation relaxation, Var<Real> noise) {
  return categorical_relaxed(logits, temperature, relaxation, Noise<Real>{.given = noise});
}

#define STARLING_INSTANTIATE(Real)                                                                          \
  template Var<Real> uniform(Tape<Real>&, const Shape&, const RandomStream&);                               \
  template Var<Real> standard_normal(Tape<Real>&, const Shape&, const RandomStream&);                       \
  template Var<Real> standard_logistic(Tape<Real>&, const Shape&, const RandomStream&);                     \
  template Var<Real> standard_gumbel(Tape<Real>&, const Shape&, const RandomStream&);                       \
  template Var<Real> gamma(Var<Real>, const RandomStream&);                                                 \
  template Var<Real> bernoulli_straight_through(Var<Real>, const RandomStream&);                            \
  template Var<Real> bernoulli_straight_through_with_noise(Var<Real>, Var<Real>);                           \
  template Var<Real> bernoulli_gumbel_softmax(Var<Real>, std::type_identity_t<Real>, Relaxation,            \
                                              const RandomStream&);                                         \
  template Var<Real> bernoulli_gumbel_softmax_with_noise(Var<Real>, std::type_identity_t<Real>, Relaxation, \
                                                         Var<Real>);                                        \
  template Var<Real> categorical_gumbel_softmax(Var<Real>, std::type_identity_t<Real>, Relaxation,          \
                                                const RandomStream&);                                       \
  template Var<Real> categorical_gumbel_softmax_with_noise(Var<Real>, std::type_identity_t<Real>,           \
                                                           Relaxation, Var<Real>);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling
