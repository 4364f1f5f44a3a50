#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include <starling/autodiff/elementwise.hpp>
#include <starling/autodiff/reduction.hpp>
#include <starling/flows/flow.hpp>

#include "../support/backends.hpp"
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

}  // namespace

STARLING_BACKEND_CASE(
    "a masked affine layer reproduces normflows: network, values, log-determinants, gradients") {
  const std::vector<GoldenLayer> layers = golden_layers();
  REQUIRE(layers.size() == 5);
  for (const GoldenLayer& layer : layers) {
    const auto& numbers = layer.numbers;
    const Conditioner conditioner(layer.settings.conditioner);
    const std::int64_t dimensions = layer.settings.conditioner.dimensions;
    CAPTURE(dimensions);
    Tape<double> tape(exec);
    const Var<double> parameters = tape.variable({conditioner.parameter_count()}, numbers.at("parameters"));
    const Var<double> masks =
        tape.constant({static_cast<std::int64_t>(conditioner.masks().size())}, conditioner.masks());
    const Var<double> x = tape.variable({layer.rows, dimensions}, numbers.at("x"));
    const Var<double> network = conditioner(parameters, 0, masks, x);
    const Transformed y = affine_autoregressive(x, network, ScaleKind::sigmoid_plus);
    CHECK(worst_difference(network.value(), numbers.at("network")) < kGoldenTolerance);
    CHECK(worst_difference(y.x.value(), numbers.at("forward")) < kGoldenTolerance);
    CHECK(worst_difference(y.log_det.value(), numbers.at("forward_log_det")) < kGoldenTolerance);

    std::vector<double> w;
    for (std::int64_t i = 0; i < y.x.size(); ++i)
      w.push_back(-1.0 + 2.0 * static_cast<double>(i) / static_cast<double>(y.x.size() - 1));
    const Var<double> loss = sum(y.x * tape.constant(y.x.shape(), w)) + sum(y.log_det);
    tape.backward(loss);
    CHECK(worst_difference(loss.value(), numbers.at("loss")) < kGoldenTolerance);
    CHECK(worst_difference(x.adjoint(), numbers.at("x_adj")) < kGoldenTolerance);
    CHECK(worst_difference(parameters.adjoint(), numbers.at("parameters_adj")) < kGoldenTolerance);
  }
}

STARLING_BACKEND_CASE("the density direction reproduces the inverse of normflows") {
  for (const GoldenLayer& layer : golden_layers()) {
    const Flow flow(layer.settings);
    CAPTURE(flow.dimensions());
    // Location 0 and log scale 0 after the layer.
    std::vector<double> values = layer.numbers.at("parameters");
    values.resize(static_cast<std::size_t>(flow.parameter_count()), 0.0);
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
