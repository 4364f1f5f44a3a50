#include <cstddef>
#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/core/pack_math.hpp>
#include <starling/kernels/autoregressive_flow_host.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("kernels");

using namespace starling;
using namespace starling::test;

namespace {

std::vector<AutoregressiveFlowShape> shapes() {
  return {
      {2, 1, 5, 1, true, Activation::tanh, ScaleKind::bounded_exponential, {0, -1}},
      {3, 3, 10, 2, true, Activation::relu, ScaleKind::bounded_exponential, {2, -1}},
      {2, 5, 11, 2, false, Activation::tanh, ScaleKind::sigmoid_plus, {2, 1}},
      {2, 10, 9, 0, true, Activation::relu, ScaleKind::sigmoid_plus, {0, 1}},
  };
}

/// All arrays of a pass and its adjoint.
template <class Real>
struct FlowArrays {
  AutoregressiveFlowShape shape;
  std::int64_t rows;
  Buffer<Real> parameters, points, image, log_q, packed, states;
  Buffer<Real> image_adj, log_q_adj, points_adj, parameters_adj, state_adj;
  Buffer<AccumulatorOf<Real>> workspace;

  FlowArrays(const Exec& exec, const AutoregressiveFlowShape& s, std::int64_t n)
      : shape(s),
        rows(n),
        parameters(exec, as<Real>(spread(flow_parameters(s), 51, -0.4, 0.4))),
        points(exec, as<Real>(spread(n * s.dimensions, 52))),
        image(exec, n * s.dimensions),
        log_q(exec, n),
        packed(exec, packed_flow_parameters(s)),
        states(exec, flow_state_elements(s, n)),
        image_adj(exec, as<Real>(spread(n * s.dimensions, 53))),
        log_q_adj(exec, as<Real>(spread(n, 54))),
        points_adj(exec, as<Real>(spread(n * s.dimensions, 55))),
        parameters_adj(exec, as<Real>(spread(flow_parameters(s), 56))),
        state_adj(exec, flow_state_adjoint_elements(s, n)),
        workspace(exec, flow_workspace(exec.backend(), s, n)) {}

  AutoregressiveFlowArgs<Real> forward() {
    return {shape,        rows,         parameters.data(), points.data(),
            image.data(), log_q.data(), packed.data(),     states.data()};
  }
  AutoregressiveFlowAdjointArgs<Real> adjoint(GradientMode mode = GradientMode::overwrite) {
    return {shape,
            rows,
            packed.data(),
            states.data(),
            image_adj.data(),
            log_q_adj.data(),
            points_adj.data(),
            mode,
            parameters_adj.data(),
            mode,
            state_adj.data(),
            workspace.data()};
  }
};

struct FlowResults {
  std::vector<double> image, log_q, points_adj, parameters_adj;
  bool operator==(const FlowResults&) const = default;
};
template <class Real>
FlowResults results_of(const FlowArrays<Real>& arrays) {
  const auto values = [](const Buffer<Real>& buffer) {
    const std::vector<Real> x = buffer.download();
    return std::vector<double>(x.begin(), x.end());
  };
  return {values(arrays.image), values(arrays.log_q), values(arrays.points_adj),
          values(arrays.parameters_adj)};
}

template <FlowDirection direction, class Lane, int group>
FlowResults run_with_lanes(const Exec& exec, const AutoregressiveFlowShape& shape, std::int64_t rows) {
  FlowArrays<ScalarOf<Lane>> arrays(exec, shape, rows);
  cpu::run_flow<direction, Lane, group>(exec, arrays.forward());
  cpu::run_flow_adjoint<direction, Lane, group>(exec, arrays.adjoint());
  return results_of(arrays);
}

void check_near(const FlowResults& actual, const FlowResults& expected, double tolerance) {
  CHECK(worst_difference(actual.image, expected.image) < tolerance);
  CHECK(worst_difference(actual.log_q, expected.log_q) < tolerance);
  CHECK(worst_difference(actual.points_adj, expected.points_adj) < tolerance);
  CHECK(worst_difference(actual.parameters_adj, expected.parameters_adj) < tolerance);
}

/// A block whose threads run in the opposite order, and whose stage() hands out one copy at a time: what a
/// phase leaves to the next without a sync, or reads from an old stage, shows.
class OppositeBlock {
 public:
  explicit OppositeBlock(std::byte* memory) : memory_(memory) {}
  template <class Phase>
  void each_thread(int n, const Phase& phase) const {
    for (int i = n - 1; i >= 0; --i) phase(i);
  }
  void sync() const {}
  [[nodiscard]] std::byte* memory() const { return memory_; }
  [[nodiscard]] const double* stage(const double* from, std::int64_t n) const {
    for (double& old : staged_) old = std::numeric_limits<double>::quiet_NaN();
    staged_.resize(std::max(staged_.size(), static_cast<std::size_t>(n)));
    std::copy_n(from, n, staged_.begin());
    return staged_.data();
  }

 private:
  std::byte* memory_;
  mutable std::vector<double> staged_;
};

/// The device's geometry: one sample per lane, all rows in one group.
template <FlowDirection direction, class Block>
FlowResults run_in_block(const AutoregressiveFlowShape& shape, std::int64_t rows) {
  const Exec exec = Exec::cpu(1);
  FlowArrays<double> arrays(exec, shape, rows);
  arrays.packed.fill_zero();
  cpu::pack_flow(arrays.forward(), 1);
  const RowRange all{0, flow_padded_rows(rows)};
  FlowForward<direction, double, 4> forward;
  forward.args = arrays.forward();
  forward.packs = 64;
  FlowAdjoint<direction, double, 4> adjoint;
  adjoint.args = arrays.adjoint();
  adjoint.packs = 64;
  cpu::TileMemory memory(exec, adjoint.memory().bytes(), 1);
  const Block block(memory.of_thread(0));
  forward(block, all);
  const cpu::HostGradients<double> gradients(adjoint.args);
  const int layers = shape.layers;
  adjoint.begin(block, all, gradients.sums(0));
  if (adjoint.kSamples) gradients.store(layers);
  for (int k = 0; k < layers; ++k) {
    adjoint.layer(block, all, adjoint.layer_at(k), gradients.sums(0));
    gradients.store(adjoint.layer_at(k));
  }
  adjoint.end(block, all, gradients.sums(0));
  if (!adjoint.kSamples) gradients.store(layers);
  return results_of(arrays);
}

}  // namespace

static_assert(Block<HostBlock>);

TEST_CASE("a flow computes the same with one sample in a lane, as on the device, as with packs") {
  const Exec exec = Exec::cpu(2);
  constexpr auto kSample = FlowDirection::sample;
  constexpr auto kDensity = FlowDirection::density;
  for (const AutoregressiveFlowShape& shape : shapes()) {
    for (const std::int64_t rows : {1, 65, 700}) {
      CAPTURE(shape.dimensions);
      CAPTURE(rows);
      const FlowResults sampled = run_with_lanes<kSample, Pack<double, 8>, 4>(exec, shape, rows);
      check_near(run_with_lanes<kSample, double, 4>(exec, shape, rows), sampled, 1e-11);
      check_near(run_with_lanes<kSample, double, 1>(exec, shape, rows), sampled, 1e-11);
      check_near(run_with_lanes<kSample, Pack<double, 16>, 2>(exec, shape, rows), sampled, 1e-11);
      const FlowResults density = run_with_lanes<kDensity, Pack<double, 8>, 4>(exec, shape, rows);
      check_near(run_with_lanes<kDensity, double, 4>(exec, shape, rows), density, 1e-9);
      check_near(run_with_lanes<kDensity, double, 1>(exec, shape, rows), density, 1e-9);
    }
  }
}

TEST_CASE("no phase of a flow depends on the order of its threads") {
  // As many rows as make one group, so that the workspace has room.
  for (const AutoregressiveFlowShape& shape : shapes()) {
    for (const std::int64_t rows : {1, 64}) {
      CHECK(run_in_block<FlowDirection::sample, OppositeBlock>(shape, rows) ==
            run_in_block<FlowDirection::sample, HostBlock>(shape, rows));
      CHECK(run_in_block<FlowDirection::density, OppositeBlock>(shape, rows) ==
            run_in_block<FlowDirection::density, HostBlock>(shape, rows));
    }
  }
}

TEST_CASE("results and gradients of a flow have the same bits for any number of threads") {
  for (const AutoregressiveFlowShape& shape : shapes()) {
    const auto sample = [&](int threads) {
      return run_with_lanes<FlowDirection::sample, Pack<float, 16>, 4>(Exec::cpu(threads), shape, 3000);
    };
    const auto density = [&](int threads) {
      return run_with_lanes<FlowDirection::density, Pack<float, 16>, 4>(Exec::cpu(threads), shape, 3000);
    };
    const FlowResults sampled = sample(1);
    CHECK(sample(2) == sampled);
    CHECK(sample(5) == sampled);
    const FlowResults inverted = density(1);
    CHECK(density(2) == inverted);
    CHECK(density(5) == inverted);
  }
}

STARLING_BACKEND_CASE("adjoints of a flow are added to what is there where that is asked for") {
  for (const AutoregressiveFlowShape& shape : shapes()) {
    FlowArrays<double> stored(exec, shape, 33), added(exec, shape, 33);
    const FlowResults before = results_of(added);
    kernels::flow_sample<double>(exec, stored.forward());
    kernels::flow_sample_adjoint<double>(exec, stored.adjoint());
    kernels::flow_sample<double>(exec, added.forward());
    kernels::flow_sample_adjoint<double>(exec, added.adjoint(GradientMode::accumulate));
    FlowResults expected = results_of(stored);
    for (std::size_t i = 0; i < expected.points_adj.size(); ++i)
      expected.points_adj[i] += before.points_adj[i];
    for (std::size_t i = 0; i < expected.parameters_adj.size(); ++i)
      expected.parameters_adj[i] += before.parameters_adj[i];
    check_near(results_of(added), expected, 1e-13);
  }
}

STARLING_BACKEND_CASE("null pointers: adjoints that are not wanted, and adjoints that are zero") {
  for (const AutoregressiveFlowShape& shape : shapes()) {
    FlowArrays<double> full(exec, shape, 33), part(exec, shape, 33);
    full.image_adj.fill_zero();
    AutoregressiveFlowArgs<double> pass = part.forward();
    pass.image = nullptr;
    kernels::flow_density<double>(exec, full.forward());
    kernels::flow_density<double>(exec, pass);
    CHECK(part.log_q.download() == full.log_q.download());
    kernels::flow_density_adjoint<double>(exec, full.adjoint());
    AutoregressiveFlowAdjointArgs<double> adjoint = part.adjoint();
    adjoint.image_adj = nullptr;
    adjoint.points_adj = nullptr;
    kernels::flow_density_adjoint<double>(exec, adjoint);
    CHECK(part.parameters_adj.download() == full.parameters_adj.download());
    adjoint = part.adjoint();
    adjoint.image_adj = nullptr;
    adjoint.parameters_adj = nullptr;
    adjoint.workspace = nullptr;
    kernels::flow_density_adjoint<double>(exec, adjoint);
    CHECK(part.points_adj.download() == full.points_adj.download());
  }
}

STARLING_BACKEND_CASE("the gradient of no rows is zero, and of parameters that are not finite not finite") {
  const AutoregressiveFlowShape shape = shapes()[1];
  FlowArrays<double> none(exec, shape, 0);
  kernels::flow_sample<double>(exec, none.forward());
  kernels::flow_sample_adjoint<double>(exec, none.adjoint());
  CHECK(none.parameters_adj.download() ==
        std::vector<double>(static_cast<std::size_t>(flow_parameters(shape)), 0.0));

  FlowArrays<float> broken(exec, shape, 5);
  std::vector<float> parameters = broken.parameters.download();
  parameters[0] = std::numeric_limits<float>::quiet_NaN();
  broken.parameters.upload(parameters);
  kernels::flow_sample<float>(exec, broken.forward());
  CHECK(std::isnan(broken.log_q.download()[0]));
}

TEST_SUITE_END();
