#include <algorithm>
#include <numbers>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unsupported/Eigen/SpecialFunctions>

#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/core/normal_quantile.hpp>
#include <starling/inference/prior_forms.hpp>

namespace starling {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const double kLogRootTwoPi = 0.5 * std::log(2.0 * std::numbers::pi);

void check_probability(double probability) {
  check_that(probability > 0.0 && probability < 1.0, "MarginalPrior",
             fmt::format("probability = {}, expected between 0 and 1", probability));
}

double standard_normal_distribution(double z) {
  return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

/// factor * log(x), where 0 * log(0) is 0.
double times_log(double factor, double x) {
  return factor == 0.0 ? 0.0 : factor * std::log(x);
}

/// In terms of z^2 / (n + z^2) or its complement, whichever is small, so that neither tail is lost.
double student_t_distribution(double z, double n) {
  const double square = z * z;
  const double outside = Eigen::numext::betainc(0.5 * n, 0.5, n / (n + square));  // P(|t| > |z|)
  return z > 0.0 ? 1.0 - 0.5 * outside : 0.5 * outside;
}

}  // namespace

MarginalPrior::MarginalPrior(PriorKind kind, std::vector<double> parameters)
    : kind_(kind), parameters_(std::move(parameters)) {
  check();
  set_family();
}

void MarginalPrior::check() const {
  const PriorForm& form = prior_forms()[static_cast<std::size_t>(kind_)];
  const std::size_t most = form.parameters.size();
  if (parameters_.size() != form.required && parameters_.size() != most) {
    const std::span<const std::string_view> names(form.parameters);
    throw InputError(fmt::format(
        "{} has {} parameters, expected {}({}){}", form.name, parameters_.size(), form.name,
        fmt::join(names.first(form.required), ", "),
        most == form.required ? "" : fmt::format(" or {}({})", form.name, fmt::join(names, ", "))));
  }
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const std::string_view name = form.parameters[i];
    check_finite(form.name, name, parameters_[i]);
    const bool anywhere = name == "mean" || name == "location" || name == "low" || name == "high";
    if (!anywhere) check_positive(form.name, name, parameters_[i]);
    if (name == "high" && !(parameters_[i] > parameters_[i - 1]))
      throw InputError(fmt::format("{}: high = {}, expected above low = {}", form.name, parameters_[i],
                                   parameters_[i - 1]));
  }
}

void MarginalPrior::set_family() {
  const std::vector<double>& p = parameters_;
  switch (kind_) {
    case PriorKind::normal:
    case PriorKind::log_normal:
      family_ = Family::normal;
      transform_ = kind_ == PriorKind::normal ? Transform::identity() : Transform::exponential();
      coefficients_ = {p[0], p[1], 0.0};
      break;
    case PriorKind::uniform:
      family_ = Family::logistic;
      transform_ = Transform::interval(p[0], p[1]);
      coefficients_ = {1.0, 1.0, 0.0};
      break;
    case PriorKind::beta:
      family_ = Family::logistic;
      transform_ = p.size() == 4 ? Transform::interval(p[2], p[3]) : Transform::interval(0.0, 1.0);
      coefficients_ = {p[0], p[1], 0.0};
      break;
    case PriorKind::half_normal:
    case PriorKind::gamma:
    case PriorKind::exponential:
      family_ = Family::log_gamma;
      transform_ = Transform::exponential();
      if (kind_ == PriorKind::half_normal) coefficients_ = {1.0, 0.5 / (p[0] * p[0]), 2.0};
      if (kind_ == PriorKind::gamma) coefficients_ = {p[0], p[1], 1.0};
      if (kind_ == PriorKind::exponential) coefficients_ = {1.0, p[0], 1.0};
      break;
    case PriorKind::student_t:
      family_ = Family::student_t;
      coefficients_ = {p[0], p[1], p[2]};
      break;
  }
  const auto [x, y, z] = coefficients_;
  switch (family_) {
    case Family::normal:
      log_normaliser_ = -kLogRootTwoPi - std::log(y);
      break;
    case Family::logistic:
      log_normaliser_ = std::lgamma(x + y) - std::lgamma(x) - std::lgamma(y);
      break;
    case Family::log_gamma:
      log_normaliser_ = std::log(z) + x / z * std::log(y) - std::lgamma(x / z);
      break;
    case Family::student_t:
      log_normaliser_ = std::lgamma(0.5 * (x + 1.0)) - std::lgamma(0.5 * x) -
                        0.5 * std::log(x * std::numbers::pi) - std::log(z);
      break;
  }
}

double MarginalPrior::unconstrained_log_density(double u) const {
  const auto [x, y, z] = coefficients_;
  switch (family_) {
    case Family::normal:
      return log_normaliser_ - 0.5 * (u - x) / y * ((u - x) / y);
    case Family::logistic:
      return log_normaliser_ - x * softplus(-u) - y * softplus(u);
    case Family::log_gamma:
      return log_normaliser_ + x * u - y * std::exp(z * u);
    case Family::student_t:
      break;
  }
  const double t = (u - y) / z;
  return log_normaliser_ - 0.5 * (x + 1.0) * std::log1p(t * t / x);
}

double MarginalPrior::log_density(double theta) const {
  const auto [x, y, z] = coefficients_;
  if (!(theta >= transform_.low && theta <= transform_.high)) return -kInfinity;
  switch (transform_.kind) {
    case Transform::Kind::identity:
      return unconstrained_log_density(theta);
    case Transform::Kind::exponential:
      if (family_ == Family::normal) {
        if (theta == 0.0) return -kInfinity;
        return unconstrained_log_density(std::log(theta)) - std::log(theta);
      }
      return log_normaliser_ + times_log(x - 1.0, theta) - y * std::pow(theta, z);
    case Transform::Kind::interval:
      break;
  }
  const double width = transform_.high - transform_.low;
  return log_normaliser_ - std::log(width) + times_log(x - 1.0, (theta - transform_.low) / width) +
         times_log(y - 1.0, (transform_.high - theta) / width);
}

double MarginalPrior::unconstrained_distribution(double u) const {
  const auto [x, y, z] = coefficients_;
  switch (family_) {
    case Family::normal:
      return standard_normal_distribution((u - x) / y);
    case Family::logistic:
      return Eigen::numext::betainc(x, y, sigmoid(u));
    case Family::log_gamma:
      return Eigen::numext::igamma(x / z, y * std::exp(z * u));
    case Family::student_t:
      break;
  }
  return student_t_distribution((u - y) / z, x);
}

double MarginalPrior::distribution(double theta) const {
  if (theta <= transform_.low) return 0.0;
  if (theta >= transform_.high) return 1.0;
  return unconstrained_distribution(transform_.unconstrain(theta));
}

double MarginalPrior::unconstrained_quantile(double probability) const {
  check_probability(probability);
  if (family_ == Family::normal) return coefficients_[0] + coefficients_[1] * normal_quantile(probability);
  double low = -1.0;
  double high = 1.0;
  // Beyond this e^u is no longer a number.
  constexpr double kFurthest = 700.0;
  while (unconstrained_distribution(low) > probability && low > -kFurthest) low *= 2.0;
  while (unconstrained_distribution(high) < probability && high < kFurthest) high *= 2.0;
  while (high - low > 1e-13 * std::max(1.0, std::abs(low) + std::abs(high))) {
    const double middle = 0.5 * (low + high);
    (unconstrained_distribution(middle) < probability ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double MarginalPrior::quantile(double probability) const {
  if (kind_ == PriorKind::uniform) {  // in closed form: the general way searches, and designs ask for many
    check_probability(probability);
    return transform_.low + probability * (transform_.high - transform_.low);
  }
  return transform_.constrain(unconstrained_quantile(probability));
}

double MarginalPrior::sd() const {
  const auto [x, y, z] = coefficients_;
  switch (family_) {
    case Family::normal:
      if (transform_.kind == Transform::Kind::identity) return y;
      return std::exp(x + 0.5 * y * y) * std::sqrt(std::expm1(y * y));
    case Family::logistic:
      return (transform_.high - transform_.low) * std::sqrt(x * y / (x + y + 1.0)) / (x + y);
    case Family::log_gamma:
      if (kind_ == PriorKind::half_normal) return parameters_[0] * std::sqrt(1.0 - 2.0 / std::numbers::pi);
      return std::sqrt(x) / y;
    case Family::student_t:
      break;
  }
  return x > 2.0 ? z * std::sqrt(x / (x - 2.0)) : kInfinity;
}

double MarginalPrior::start_location() const {
  return family_ == Family::normal ? coefficients_[0] : unconstrained_quantile(0.5);
}

double MarginalPrior::start_scale() const {
  if (family_ == Family::normal) return coefficients_[1];
  return 0.5 * (unconstrained_quantile(standard_normal_distribution(1.0)) -
                unconstrained_quantile(standard_normal_distribution(-1.0)));
}

}  // namespace starling
