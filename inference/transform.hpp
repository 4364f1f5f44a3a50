#pragma once

#include <cmath>
#include <limits>

namespace starling {

/// log(1 + e^x) without overflow.
inline double softplus(double x) {
  return x > 0.0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

/// 1 / (1 + e^-x)
inline double sigmoid(double x) {
  return x >= 0.0 ? 1.0 / (1.0 + std::exp(-x)) : std::exp(x) / (1.0 + std::exp(x));
}

/// Map of the real line onto the support of a parameter: theta = t(u). The flow lives in u, the unconstrained
/// coordinate; the simulator sees theta, the natural one.
struct Transform {
  enum class Kind {
    identity,     // theta = u
    exponential,  // theta = e^u > 0
    interval      // theta = low + (high - low) / (1 + e^-u), between low and high
  };

  Kind kind = Kind::identity;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  static Transform identity() { return {}; }
  static Transform exponential() { return {Kind::exponential, 0.0, std::numeric_limits<double>::infinity()}; }
  /// low < high
  static Transform interval(double low, double high) { return {Kind::interval, low, high}; }

  [[nodiscard]] double constrain(double u) const {
    if (kind == Kind::identity) return u;
    return kind == Kind::exponential ? std::exp(u) : low + (high - low) * sigmoid(u);
  }
  /// Inverse of constrain() for low < theta < high; infinite at the ends.
  [[nodiscard]] double unconstrain(double theta) const {
    if (kind == Kind::identity) return theta;
    return kind == Kind::exponential ? std::log(theta) : std::log(theta - low) - std::log(high - theta);
  }
  /// log dtheta/du
  [[nodiscard]] double log_jacobian(double u) const {
    if (kind == Kind::identity) return 0.0;
    return kind == Kind::exponential ? u : std::log(high - low) - softplus(u) - softplus(-u);
  }
};

}  // namespace starling
