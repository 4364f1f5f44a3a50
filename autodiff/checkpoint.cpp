#include <vector>

#include <starling/autodiff/checkpoint.hpp>
#include <starling/autodiff/elementwise.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

constexpr const char* kPlace = "checkpoint";

template <class Real>
struct Kept {
  const Real* data;
  Shape shape;
};

/// Runs the function on constants and forgets all but the result, which is left in memory that the tape is
/// about to hand out again, but not at its very beginning: a result of the same size made next does not
/// overlap it.
template <class Real>
Kept<Real> run_and_forget(Tape<Real>& tape, const Computation<Real>& function,
                          std::span<const Var<Real>> arguments) {
  const TapeScope<Real> scope(tape);
  const typename Tape<Real>::ClosedRegion closed(tape, kPlace);
  std::vector<Var<Real>> constants;
  for (const Var<Real>& argument : arguments) constants.push_back(tape.alias(argument, 0, argument.shape()));
  const Var<Real> y = function(tape, constants);
  const std::int64_t n = y.size();
  (void)tape.template memory<Real>(n);
  Real* data = tape.template memory<Real>(n);
  tape.exec().copy(data, y.data(), n * static_cast<std::int64_t>(sizeof(Real)));
  return {data, y.shape()};
}

template <class Real>
struct CheckpointRecord {
  Computation<Real> function;

  void operator()(AdjointContext<Real>& context) const {
    Tape<Real>& tape = context.tape();
    const Real* output_adj = context.output_adj();
    const TapeScope<Real> scope(tape);
    const typename Tape<Real>::ClosedRegion closed(tape, kPlace);
    const std::vector<Var<Real>> arguments = context.reopen_inputs();
    const auto mark = tape.mark();
    Var<Real> y = function(tape, arguments);
    // An argument handed back as it came has no record to start from.
    if (!tape.made_since(mark, y)) y = affine(y, Real(1), Real(0));
    tape.pull_back(mark, y, output_adj);
    context.close_inputs(arguments);
  }
};

}  // namespace

template <class Real>
Var<Real> checkpoint(std::type_identity_t<Computation<Real>> function, std::span<const Var<Real>> arguments) {
  check_that(!arguments.empty(), kPlace,
             "the function takes no argument: there is nothing to differentiate by");
  Tape<Real>& tape = arguments.front().tape();
  const Kept<Real> kept = run_and_forget<Real>(tape, function, arguments);
  const Var<Real> y = tape.output(kept.shape);
  tape.exec().copy(tape.mutable_data(y), kept.data, y.size() * static_cast<std::int64_t>(sizeof(Real)));
  const Var<Real> outputs[] = {y};
  tape.record(Operation::checkpoint, arguments, outputs, CheckpointRecord<Real>{std::move(function)});
  return y;
}

template Var<float> checkpoint(Computation<float>, std::span<const Var<float>>);
template Var<double> checkpoint(Computation<double>, std::span<const Var<double>>);
template Var<Dual<float>> checkpoint(Computation<Dual<float>>, std::span<const Var<Dual<float>>>);
template Var<Dual<double>> checkpoint(Computation<Dual<double>>, std::span<const Var<Dual<double>>>);

}  // namespace starling
