#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/kernels/masked_linear.hpp>

namespace starling {

struct ConditionerSettings {
  int dimensions = 1;
  int hidden = 32;  // at least dimensions - 1, so that every degree occurs
  int blocks = 1;
  bool residual = true;  // a block is h + W2 f(W1 f(h)); otherwise f(W h)
  Activation activation = Activation::relu;
};

/// Parameters of the masked network that gives each dimension its unconstrained scale and shift from the
/// dimensions before it (Germain et al. 2015, arXiv:1502.03509; layout of nflows and normflows): initial
/// linear map, blocks, final map to [dimensions][2]. They lie in one flat vector: weight [outputs][inputs]
/// and bias [outputs] of each map, first to last.
///
/// Input i = 1 … D has degree i, hidden unit k = 0, 1, … degree k mod (D - 1) + 1 (0 for D = 1), and the
/// scale and the shift of dimension i degree i. A hidden unit reads what has no higher degree, an output what
/// has a lower one; all other weights take no part, and their gradient is 0.
class Conditioner {
 public:
  /// Throws InputError for settings out of range.
  explicit Conditioner(const ConditionerSettings& settings);

  [[nodiscard]] const ConditionerSettings& settings() const { return settings_; }
  [[nodiscard]] std::int64_t parameter_count() const { return parameter_count_; }

  /// Normal weights of standard deviation 1 / sqrt(inputs) from Philox, biases 0; the final map all 0, so
  /// that the layer starts as the identity. `stream` tells the layers of a flow apart.
  void initialise(std::uint64_t seed, std::uint32_t stream, std::span<double> parameters) const;

 private:
  struct LinearMap {
    std::int64_t inputs, outputs;
    std::int64_t parameters;  // offset
  };
  void add_map(std::int64_t inputs, std::int64_t outputs);

  ConditionerSettings settings_;
  std::vector<LinearMap> maps_;
  std::int64_t parameter_count_ = 0;
};

}  // namespace starling
