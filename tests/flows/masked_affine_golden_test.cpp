#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include <starling/autodiff/elementwise.hpp>
#include <starling/autodiff/reduction.hpp>
#include <starling/flows/flow.hpp>

#include "../support/backends.hpp"
#include "../support/flow_oracle.hpp"
#include "../support/values.hpp"

TEST_SUITE_BEGIN("flows");

using namespace starling;
using namespace starling::test;

namespace {

struct GoldenLayer {
  FlowSettings settings;
  std::int64_t rows = 0;
  std::map<std::string, std::vector<double>> numbers;
};

/// Figures of normflows 1.7.3 (VincentStimper/normalizing-flows, MIT licence); the file says more.
std::vector<GoldenLayer> golden_layers() {
  std::ifstream file(STARLING_SOURCE_DIR "/tests/golden/masked_affine_layers.txt");
  REQUIRE(file.good());
  std::vector<GoldenLayer> layers;
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    std::string name;
    words >> name;
    if (name == "layer") {
      GoldenLayer& layer = layers.emplace_back();
      ConditionerSettings& network = layer.settings.conditioner;
      words >> network.dimensions >> network.hidden >> network.blocks >> network.residual >> layer.rows;
      layer.settings.layers = 1;
      layer.settings.scale = ScaleKind::sigmoid_plus;
    } else {
      std::vector<double>& numbers = layers.back().numbers[name];
      for (double number = 0.0; words >> number;) numbers.push_back(number);
    }
  }
  return layers;
}

constexpr double kGoldenTolerance = 1e-12;
constexpr double kHalfLogTwoPi = 0.9189385332046727;

/// The layer's parameters, with location 0 and log scale 0 after it.
std::vector<double> whole_flow(const Flow& flow, const GoldenLayer& layer) {
  std::vector<double> values = layer.numbers.at("parameters");
  values.resize(static_cast<std::size_t>(flow.parameter_count()), 0.0);
  return values;
}

}  // namespace

TEST_CASE("the oracle's network reproduces that of normflows") {
  for (const GoldenLayer& layer : golden_layers()) {
    const FlowOracle<double> oracle{layer.settings, layer.numbers.at("parameters")};
    const std::vector<double>& x = layer.numbers.at("x");
    std::vector<double> network;
    for (auto row = x.begin(); row != x.end(); row += layer.settings.conditioner.dimensions) {
      const std::vector<double> of_row =
          oracle.network(0, std::vector<double>(row, row + layer.settings.conditioner.dimensions));
      network.insert(network.end(), of_row.begin(), of_row.end());
    }
    CHECK(worst_difference(network, layer.numbers.at("network")) < kGoldenTolerance);
  }
}

STARLING_BACKEND_CASE("a masked affine layer reproduces normflows: values, log-determinants, gradients") {
  const std::vector<GoldenLayer> layers = golden_layers();
  REQUIRE(layers.size() == 5);
  for (const GoldenLayer& layer : layers) {
    const auto& numbers = layer.numbers;
    const Flow flow(layer.settings);
    CAPTURE(flow.dimensions());
    Tape<double> tape(exec);
    const Var<double> parameters = tape.variable({flow.parameter_count()}, whole_flow(flow, layer));
    const Var<double> x = tape.variable({layer.rows, flow.dimensions()}, numbers.at("x"));
    const FlowSample<double> y = flow.sample(tape, parameters, x);
    // log q is the base density less the log-determinant.
    const Var<double> log_det =
        affine(sum(square(x), -1), -0.5, -kHalfLogTwoPi * flow.dimensions()) - y.log_q;
    CHECK(worst_difference(y.theta.value(), numbers.at("forward")) < kGoldenTolerance);
    CHECK(worst_difference(log_det.value(), numbers.at("forward_log_det")) < kGoldenTolerance);

    std::vector<double> w;
    for (std::int64_t i = 0; i < x.size(); ++i)
      w.push_back(-1.0 + 2.0 * static_cast<double>(i) / static_cast<double>(x.size() - 1));
    const Var<double> loss = sum(y.theta * tape.constant(x.shape(), w)) + sum(log_det);
    tape.backward(loss);
    CHECK(worst_difference(loss.value(), numbers.at("loss")) < kGoldenTolerance);
    CHECK(worst_difference(x.adjoint(), numbers.at("x_adj")) < kGoldenTolerance);
    std::vector<double> parameters_adj = parameters.adjoint();
    parameters_adj.resize(numbers.at("parameters_adj").size());
    CHECK(worst_difference(parameters_adj, numbers.at("parameters_adj")) < kGoldenTolerance);
  }
}

STARLING_BACKEND_CASE("the density direction reproduces the inverse of normflows") {
  for (const GoldenLayer& layer : golden_layers()) {
    const Flow flow(layer.settings);
    CAPTURE(flow.dimensions());
    const std::vector<double> values = whole_flow(flow, layer);
    Tape<double> tape(exec);
    const Var<double> parameters = tape.constant({flow.parameter_count()}, values);
    const Var<double> theta = tape.constant({layer.rows, flow.dimensions()}, layer.numbers.at("x"));
    const std::vector<double> base = flow.invert(tape, parameters, theta).value();
    CHECK(worst_difference(base, layer.numbers.at("inverse")) < kGoldenTolerance);
    const std::vector<double> density = flow.log_density(tape, parameters, theta).value();
    std::vector<double> expected = layer.numbers.at("inverse_log_det");
    for (std::size_t i = 0; i < base.size(); ++i)
      expected[i / static_cast<std::size_t>(flow.dimensions())] -=
          0.5 * base[i] * base[i] + 0.5 * std::log(2.0 * std::acos(-1.0));
    CHECK(worst_difference(density, expected) < kGoldenTolerance);
  }
}

TEST_SUITE_END();
