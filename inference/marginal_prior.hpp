#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <starling/inference/transform.hpp>

namespace starling {

enum class PriorKind {
  normal,       // (mean, sd)
  log_normal,   // (location, scale): log theta is normal(location, scale)
  uniform,      // (low, high)
  beta,         // (a, b) on [0, 1], or (a, b, low, high) on [low, high]
  half_normal,  // (scale): |x| of x normal(0, scale)
  gamma,        // (shape, rate): mean shape / rate
  exponential,  // (rate)
  student_t,    // (degrees_of_freedom, location, scale)
};

/// Prior of one parameter in two coordinates: the natural one, theta, and the unconstrained one, u, on the
/// real line with theta = transform().constrain(u).
///
/// In u all kinds are one of four families, whose log densities, normaliser and Jacobian included, are
///   normal           -((u - m) / s)^2 / 2 - log(s sqrt(2 pi))                          normal, log_normal
///   logistic         -a log(1 + e^-u) - b log(1 + e^u) - log B(a, b)                   beta, uniform
///   log_gamma        k u - r e^(c u) + log c + (k / c) log r - log Gamma(k / c)        gamma, exponential,
///                                                                                      half_normal
///   student_t        -(n + 1) / 2 log(1 + ((u - m) / s)^2 / n) + log of its normaliser student_t
class MarginalPrior {
 public:
  enum class Family { normal, logistic, log_gamma, student_t };

  /// normal(0, 1)
  MarginalPrior() : MarginalPrior(PriorKind::normal, {0.0, 1.0}) {}
  /// Throws InputError naming the parameter, its value and the rule.
  MarginalPrior(PriorKind kind, std::vector<double> parameters);
  /// From text such as "beta(2, 2)", spaces where one likes. Throws InputError that quotes the text and lists
  /// the kinds.
  static MarginalPrior parse(std::string_view text);

  [[nodiscard]] PriorKind kind() const { return kind_; }
  /// As parse() reads it, with as many digits as the numbers need.
  [[nodiscard]] std::string text() const;
  /// Its low and high are the support.
  [[nodiscard]] const Transform& transform() const { return transform_; }

  [[nodiscard]] Family family() const { return family_; }
  /// normal: m, s; logistic: a, b; log_gamma: k, r, c; student_t: n, m, s.
  [[nodiscard]] const std::array<double, 3>& coefficients() const { return coefficients_; }
  /// The part of the family's log density that does not depend on u.
  [[nodiscard]] double log_normaliser() const { return log_normaliser_; }

  /// log density of u, |dtheta/du| included.
  [[nodiscard]] double unconstrained_log_density(double u) const;
  /// log density of theta; minus infinity outside the support.
  [[nodiscard]] double log_density(double theta) const;
  /// P(prior <= theta)
  [[nodiscard]] double distribution(double theta) const;
  /// Inverse of distribution() for 0 < probability < 1, to about twelve digits of u.
  [[nodiscard]] double quantile(double probability) const;
  /// Standard deviation of theta; infinite for student_t with at most two degrees of freedom.
  [[nodiscard]] double sd() const;

  /// Where a flow in u starts: the median, and half the distance of the 15.9 and 84.1 % quantiles. For the
  /// normal family its mean and standard deviation.
  [[nodiscard]] double start_location() const;
  [[nodiscard]] double start_scale() const;

 private:
  void check() const;
  void set_family();
  [[nodiscard]] double unconstrained_distribution(double u) const;
  [[nodiscard]] double unconstrained_quantile(double probability) const;

  PriorKind kind_;
  std::vector<double> parameters_;
  Transform transform_;
  Family family_ = Family::normal;
  std::array<double, 3> coefficients_{};
  double log_normaliser_ = 0.0;
};

}  // namespace starling
