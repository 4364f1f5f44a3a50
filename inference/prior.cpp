#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include <starling/autodiff/elementwise.hpp>
#include <starling/autodiff/reduction.hpp>
#include <starling/autodiff/slicing.hpp>
#include <starling/core/check.hpp>
#include <starling/inference/prior.hpp>

namespace starling {

Prior::Prior(std::vector<MarginalPrior> marginals) : marginals_(std::move(marginals)) {
  check_positive("Prior", "dimensions", dimensions());
}

Prior Prior::normal(const std::vector<double>& mean, const std::vector<double>& sd) {
  check_equal_size("Prior", "sd", static_cast<std::int64_t>(sd.size()),
                   static_cast<std::int64_t>(mean.size()));
  std::vector<MarginalPrior> marginals;
  for (std::size_t d = 0; d < mean.size(); ++d)
    marginals.emplace_back(PriorKind::normal, std::vector<double>{mean[d], sd[d]});
  return Prior(std::move(marginals));
}

std::vector<double> Prior::start_location() const {
  std::vector<double> result;
  for (const MarginalPrior& marginal : marginals_) result.push_back(marginal.start_location());
  return result;
}

std::vector<double> Prior::start_scale() const {
  std::vector<double> result;
  for (const MarginalPrior& marginal : marginals_) result.push_back(marginal.start_scale());
  return result;
}

std::vector<double> Prior::sd() const {
  std::vector<double> result;
  for (const MarginalPrior& marginal : marginals_) result.push_back(marginal.sd());
  return result;
}

namespace {

/// Of neighbouring marginals of one family.
double log_normaliser_of(std::span<const MarginalPrior> marginals) {
  const auto count = static_cast<double>(marginals.size());
  if (marginals.front().family() != MarginalPrior::Family::normal) {
    double sum = 0.0;
    for (const MarginalPrior& marginal : marginals) sum += marginal.log_normaliser();
    return sum;
  }
  double sum = 0.5 * count * std::log(2.0 * std::numbers::pi);
  for (const MarginalPrior& marginal : marginals) sum += std::log(marginal.coefficients()[1]);
  return -sum;
}

}  // namespace

template <class Same>
std::vector<Prior::Columns> Prior::runs_of(const Same& same) const {
  std::vector<Columns> runs{{0, 1}};
  for (std::size_t d = 1; d < marginals_.size(); ++d) {
    if (same(marginals_[d - 1], marginals_[d]))
      ++runs.back().count;
    else
      runs.push_back({static_cast<std::int64_t>(d), 1});
  }
  return runs;
}

Var<double> Prior::select(Var<double> rows, const Columns& columns) const {
  return columns.count == dimensions() ? rows : slice(rows, 1, columns.first, columns.count);
}

Var<double> Prior::constrain_columns(Tape<double>& tape, Var<double> u, const Columns& columns) const {
  const auto first = static_cast<std::size_t>(columns.first);
  const Var<double> own = select(u, columns);
  switch (marginals_[first].transform().kind) {
    case Transform::Kind::identity:
      return own;
    case Transform::Kind::exponential:
      return exp(own);
    case Transform::Kind::interval:
      break;
  }
  std::vector<double> low;
  std::vector<double> width;
  for (std::size_t d = first; d < first + static_cast<std::size_t>(columns.count); ++d) {
    const Transform& transform = marginals_[d].transform();
    low.push_back(transform.low);
    width.push_back(transform.high - transform.low);
  }
  return tape.constant({columns.count}, low) + tape.constant({columns.count}, width) * sigmoid(own);
}

Var<double> Prior::constrain(Tape<double>& tape, Var<double> u) const {
  std::vector<Var<double>> parts;
  for (const Columns& columns : runs_of([](const MarginalPrior&a, const MarginalPrior&b) {
         return a.transform().kind == b.transform().kind;
       }))
    parts.push_back(constrain_columns(tape, u, columns));
  return parts.size() == 1 ? parts.front() : concatenate(std::span<const Var<double>>(parts), 1);
}

Var<double> Prior::log_density_of(Tape<double>& tape, Var<double> u, const Columns& columns) const {
  const auto first = static_cast<std::size_t>(columns.first);
  const auto end = first + static_cast<std::size_t>(columns.count);
  const auto coefficient = [&](std::size_t index) {
    std::vector<double> values;
    for (std::size_t d = first; d < end; ++d) values.push_back(marginals_[d].coefficients()[index]);
    return tape.constant({columns.count}, values);
  };
  const double log_normaliser = log_normaliser_of(std::span(marginals_).subspan(first, end - first));
  const Var<double> own = select(u, columns);
  const Var<double> x = coefficient(0);
  const Var<double> y = coefficient(1);
  switch (marginals_[first].family()) {
    case MarginalPrior::Family::normal:
      return -0.5 * sum(square((own - x) / y), -1) + log_normaliser;
    case MarginalPrior::Family::logistic:
      return log_normaliser - sum(x * softplus(-own) + y * softplus(own), -1);
    case MarginalPrior::Family::log_gamma:
      return sum(x * own - y * exp(coefficient(2) * own), -1) + log_normaliser;
    case MarginalPrior::Family::student_t:
      break;
  }
  const Var<double> t = (own - y) / coefficient(2);
  return log_normaliser - sum((0.5 * (x + 1.0)) * log1p(square(t) / x), -1);
}

Var<double> Prior::log_density(Tape<double>& tape, Var<double> u) const {
  const std::vector<Columns> runs =
      runs_of([](const MarginalPrior& a, const MarginalPrior& b) { return a.family() == b.family(); });
  Var<double> total = log_density_of(tape, u, runs.front());
  for (std::size_t i = 1; i < runs.size(); ++i) total = total + log_density_of(tape, u, runs[i]);
  return total;
}

void Prior::check_rows(const char* place, std::size_t size) const {
  check_that(size % marginals_.size() == 0, place,
             fmt::format("{} values, expected rows of {} parameters", size, marginals_.size()));
}

std::vector<double> Prior::constrain_values(std::span<const double> u) const {
  check_rows("Prior::constrain_values", u.size());
  std::vector<double> theta;
  for (std::size_t i = 0; i < u.size(); ++i)
    theta.push_back(marginals_[i % marginals_.size()].transform().constrain(u[i]));
  return theta;
}

std::vector<double> Prior::unconstrain_values(std::span<const double> theta) const {
  check_rows("Prior::unconstrain_values", theta.size());
  std::vector<double> u;
  for (std::size_t i = 0; i < theta.size(); ++i)
    u.push_back(marginals_[i % marginals_.size()].transform().unconstrain(theta[i]));
  return u;
}

std::vector<double> Prior::log_jacobian_values(std::span<const double> u) const {
  check_rows("Prior::log_jacobian_values", u.size());
  std::vector<double> result(u.size() / marginals_.size(), 0.0);
  for (std::size_t i = 0; i < u.size(); ++i)
    result[i / marginals_.size()] += marginals_[i % marginals_.size()].transform().log_jacobian(u[i]);
  return result;
}

std::vector<double> Prior::log_density_values(std::span<const double> theta) const {
  check_rows("Prior::log_density_values", theta.size());
  std::vector<double> result(theta.size() / marginals_.size(), 0.0);
  for (std::size_t i = 0; i < theta.size(); ++i)
    result[i / marginals_.size()] += marginals_[i % marginals_.size()].log_density(theta[i]);
  return result;
}

}  // namespace starling
