#include <starling/app/benches.hpp>
#include <starling/autodiff/autodiff.hpp>

namespace starling::app {

namespace {

constexpr int kOperationsInChain = 1000;
// One operation forward and backward on one element: 2,400 ns and 2,600 to 4,300 ns of processor time.
constexpr double kPeerSeconds = 5000e-9 * kOperationsInChain;

template <class Real>
BenchRecord chain(const Exec& exec, const BenchOptions& options, std::int64_t elements, const char* number) {
  Tape<Real> tape(exec);
  const std::vector<Real> values(static_cast<std::size_t>(elements), Real(0.5));
  const std::vector<Real> ones(static_cast<std::size_t>(elements), Real(1));
  const Var<Real> x = tape.variable({elements}, values);
  const auto work = [&] {
    const TapeScope<Real> scope(tape);
    Var<Real> y = x;
    for (int i = 0; i < kOperationsInChain / 2; ++i) y = y * Real(0.5) + x;
    tape.backward(y, ones);
  };
  constexpr int kInner = 50;
  BenchRecord record{.name = "tape_chain",
                     .size = {{"elements", elements}, {"operations", kOperationsInChain}},
                     .number = number,
                     .items = kOperationsInChain,
                     .bytes = 0.0,
                     .seconds = time_work(exec, options.repeats, work, kInner)};
  if (elements == 1)
    record.peer = {"PyTorch 2.6, one core, eager, lower end of the range measured", kPeerSeconds};
  return record;
}

}  // namespace

std::vector<BenchRecord> bench_tape(const Exec& exec, const BenchOptions& options) {
  return {chain<double>(exec, options, 1, "double"), chain<float>(exec, options, 1, "float"),
          chain<double>(exec, options, 1000, "double"), chain<float>(exec, options, 1000, "float")};
}

}  // namespace starling::app
