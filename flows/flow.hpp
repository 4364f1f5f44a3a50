#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/autodiff/tape.hpp>
#include <starling/core/random.hpp>
#include <starling/flows/conditioner.hpp>
#include <starling/kernels/autoregressive_flow.hpp>

namespace starling {

/// Of the dimensions, between two layers.
enum class Permutation {
  none,
  reverse,  // dimension j of the next layer is dimension n - 1 - j
  swap      // the first n / 2 dimensions move behind the others, as in the published peer (normflows)
};

struct FlowSettings {
  int layers = 4;
  ConditionerSettings conditioner;  // conditioner.dimensions is the number of parameters of the posterior
  ScaleKind scale = ScaleKind::bounded_exponential;
  Permutation permutation = Permutation::reverse;  // between layers
  // Location and scale at which the flow starts, normally the prior's; empty: 0 and 1.
  std::vector<double> initial_location;  // [dimensions]
  std::vector<double> initial_scale;     // [dimensions], positive
};

template <class Real>
struct FlowSample {
  Var<Real> theta;  // [n][dimensions]
  Var<Real> log_q;  // [n]
};

/// Result of the density direction.
template <class Real>
struct FlowDensity {
  Var<Real> base;   // [n][dimensions]
  Var<Real> log_q;  // [n]
};

struct FlowSampleValues {
  std::vector<double> theta;  // [n][dimensions]
  std::vector<double> log_q;  // [n]
};

/// Normalising flow on R^dimensions: standard normal base, masked affine autoregressive layers in the
/// sampling direction with permutations between them, and a final element-wise theta = location +
/// exp(log_scale) x. The object holds no parameters: they are one flat vector of the caller's, layer by
/// layer, then location [dimensions] and log_scale [dimensions].
///
/// Either direction is one fused kernel and one record on the tape, whatever the number of layers
/// (kernels/autoregressive_flow.hpp); it keeps (layers + 1) dimensions numbers per row. On a tape of Dual
/// numbers values carry a derivative and adjoints a Hessian product.
class Flow {
 public:
  /// Throws InputError for settings out of range.
  explicit Flow(FlowSettings settings);

  [[nodiscard]] const FlowSettings& settings() const { return settings_; }
  [[nodiscard]] int dimensions() const { return settings_.conditioner.dimensions; }
  [[nodiscard]] std::int64_t parameter_count() const;
  /// Parameters with which the flow is exactly the normal distribution of the initial location and scale.
  [[nodiscard]] std::vector<double> initial_parameters(std::uint64_t seed) const;

  /// Maps draws `base` [n][dimensions] of the standard normal to draws theta with log q(theta), in one pass.
  template <class Real>
  [[nodiscard]] FlowSample<Real> sample(Tape<Real>& tape, Var<Real> parameters, Var<Real> base) const;
  /// As sample(), without gradients and leaving nothing on the tape.
  [[nodiscard]] FlowSampleValues sample_values(Tape<double>& tape, std::span<const double> parameters,
                                               std::span<const double> base) const;

  /// The draws that sample() maps to theta [n][dimensions], and log q(theta); in one pass, too.
  template <class Real>
  [[nodiscard]] FlowDensity<Real> density(Tape<Real>& tape, Var<Real> parameters, Var<Real> theta) const;
  /// log q at theta, [n].
  template <class Real>
  [[nodiscard]] Var<Real> log_density(Tape<Real>& tape, Var<Real> parameters, Var<Real> theta) const {
    return density(tape, parameters, theta).log_q;
  }
  [[nodiscard]] std::vector<double> log_density_values(Tape<double>& tape, std::span<const double> parameters,
                                                       std::span<const double> theta) const;
  /// The base draws [n][dimensions] that sample() maps to theta.
  template <class Real>
  [[nodiscard]] Var<Real> invert(Tape<Real>& tape, Var<Real> parameters, Var<Real> theta) const {
    return density(tape, parameters, theta).base;
  }

 private:
  [[nodiscard]] AutoregressiveFlowShape shape() const;
  [[nodiscard]] std::int64_t final_offset() const {
    return settings_.layers * conditioner_.parameter_count();
  }

  FlowSettings settings_;
  Conditioner conditioner_;
};

/// Draws [draws][dimensions] of the standard normal from Philox: the same for the same seed, purpose and
/// epoch.
std::vector<double> standard_normal_draws(std::uint64_t seed, Draw purpose, std::uint32_t epoch,
                                          std::int64_t draws, int dimensions);

}  // namespace starling
