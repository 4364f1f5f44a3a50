#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/autodiff/linear.hpp>

namespace starling {

struct ConditionerSettings {
  int dimensions = 1;
  int hidden = 32;  // at least dimensions - 1, so that every degree occurs
  int blocks = 1;
  bool residual = true;  // a block is h + W2 f(W1 f(h)); otherwise f(W h)
  Activation activation = Activation::relu;
};

/// Masked network that gives each dimension its unconstrained scale and shift from the dimensions before it:
/// initial masked linear map, blocks, final masked linear map to [rows][dimensions][2].
/// Its parameters lie in one flat vector: weight [outputs][inputs] and bias [outputs] of each map, first to
/// last.
class Conditioner {
 public:
  /// Throws InputError for settings out of range.
  explicit Conditioner(const ConditionerSettings& settings);

  [[nodiscard]] const ConditionerSettings& settings() const { return settings_; }
  [[nodiscard]] std::int64_t parameter_count() const { return parameter_count_; }
  /// The masks of all maps, one after the other, for Tape::constant.
  [[nodiscard]] std::span<const double> masks() const { return masks_; }

  /// Normal weights of standard deviation 1 / sqrt(inputs) from Philox, biases 0; the final map all 0, so
  /// that the layer starts as the identity. `stream` tells the layers of a flow apart.
  void initialise(std::uint64_t seed, std::uint32_t stream, std::span<double> parameters) const;

  /// x[rows][dimensions] to [rows][2 dimensions], interleaved u_1, m_1, u_2, m_2, … `parameters` is flat,
  /// this network's own from element `offset` on; `masks` holds masks().
  [[nodiscard]] Var<double> operator()(Var<double> parameters, std::int64_t offset, Var<double> masks,
                                       Var<double> x) const;

 private:
  struct LinearMap {
    std::int64_t inputs, outputs;
    std::int64_t parameters, mask;  // offsets
  };
  void add_map(std::span<const int> from, std::span<const int> to, const std::vector<double>& mask);

  ConditionerSettings settings_;
  std::vector<LinearMap> maps_;
  std::vector<double> masks_;
  std::int64_t parameter_count_ = 0;
};

}  // namespace starling
