#include <starling/app/benches.hpp>
#include <starling/core/random.hpp>
#include <starling/flows/flow.hpp>

namespace starling::app {

namespace {

constexpr int kLayers = 16;
constexpr int kDimensions = 3;
constexpr int kRows = 10000;

// normflows 1.7 on PyTorch 2.6, float, one thread, forward and backward of the same flow.
struct Peer {
  int hidden;
  double sample_seconds, density_seconds;
};
constexpr Peer kPeers[] = {{20, 0.160, 0.700}, {64, 0.560, 2.600}};

/// A flow that has left its start, with its draws: layers that are the identity would be too easy on it.
template <class Real>
class FlowBench {
 public:
  FlowBench(const Exec& exec, int hidden) : flow_(settings(hidden)), tape_(exec) {
    std::vector<double> parameters = flow_.initial_parameters(1);
    for (std::size_t i = 0; i < parameters.size(); ++i)
      parameters[i] +=
          0.1 * uniform_double(random_word(1, static_cast<std::uint32_t>(i), 0, 0, Draw::test)) - 0.05;
    const std::vector<double> base = standard_normal_draws(1, Draw::test, 0, kRows, kDimensions);
    parameters_ = tape_.variable({flow_.parameter_count()}, as_real(parameters));
    base_ = tape_.constant({kRows, kDimensions}, as_real(base));
    const TapeScope<Real> scope(tape_);
    theta_values_ = flow_.sample(tape_, parameters_, base_).theta.value();
  }

  void sample() {
    const TapeScope<Real> scope(tape_);
    tape_.backward(flow_.sample(tape_, parameters_, base_).log_q, ones_);
  }
  void density() {
    const TapeScope<Real> scope(tape_);
    const Var<Real> theta = tape_.constant({kRows, kDimensions}, theta_values_);
    tape_.backward(flow_.log_density(tape_, parameters_, theta), ones_);
  }

 private:
  static FlowSettings settings(int hidden) {
    FlowSettings settings;
    settings.layers = kLayers;
    settings.conditioner = {.dimensions = kDimensions, .hidden = hidden, .blocks = 2};
    return settings;
  }
  static std::vector<Real> as_real(const std::vector<double>& values) {
    std::vector<Real> result;
    for (const double value : values) result.push_back(static_cast<Real>(value));
    return result;
  }

  Flow flow_;
  Tape<Real> tape_;
  Var<Real> parameters_, base_;
  std::vector<Real> theta_values_;
  std::vector<Real> ones_ = std::vector<Real>(kRows, Real(1));
};

template <class Real>
void add_records(const Exec& exec, const BenchOptions& options, const char* number,
                 std::vector<BenchRecord>& records) {
  for (const Peer& peer : kPeers) {
    FlowBench<Real> bench(exec, peer.hidden);
    const auto add = [&](const char* name, const auto& work, double peer_seconds) {
      BenchRecord& record = records.emplace_back();
      record.name = name;
      record.size = {
          {"layers", kLayers}, {"dimensions", kDimensions}, {"hidden", peer.hidden}, {"rows", kRows}};
      record.number = number;
      record.items = kRows;
      record.seconds = time_work(exec, options.repeats, work);
      if (sizeof(Real) == sizeof(float))
        record.peer = {"normflows on PyTorch 2.6, float, one core", peer_seconds};
    };
    add(
        "flow_sample", [&] { bench.sample(); }, peer.sample_seconds);
    add(
        "flow_density", [&] { bench.density(); }, peer.density_seconds);
  }
}

}  // namespace

std::vector<BenchRecord> bench_flow(const Exec& exec, const BenchOptions& options) {
  std::vector<BenchRecord> records;
  add_records<float>(exec, options, "float", records);
  add_records<double>(exec, options, "double", records);
  return records;
}

}  // namespace starling::app
