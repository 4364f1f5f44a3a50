#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <starling/autodiff/tape.hpp>
#include <starling/inference/marginal_prior.hpp>

namespace starling {

/// Independent priors of all parameters, in two coordinates: the unconstrained u on the real line, in which
/// the flow lives, and the natural theta = t(u), which the simulator sees.
///
/// A prior of normals alone leaves u as it is: theta is u itself, not a copy.
class Prior {
 public:
  /// Throws InputError for an empty list.
  explicit Prior(std::vector<MarginalPrior> marginals);
  /// Normal distributions. Throws InputError when sizes differ, a mean is not finite or an sd not positive.
  static Prior normal(const std::vector<double>& mean, const std::vector<double>& sd);

  [[nodiscard]] int dimensions() const { return static_cast<int>(marginals_.size()); }
  [[nodiscard]] const std::vector<MarginalPrior>& marginals() const { return marginals_; }

  /// Where a flow in u starts (MarginalPrior::start_location, start_scale). [dimensions]
  [[nodiscard]] std::vector<double> start_location() const;
  [[nodiscard]] std::vector<double> start_scale() const;
  /// Standard deviations of theta. [dimensions]
  [[nodiscard]] std::vector<double> sd() const;

  /// theta of each row: u [n][dimensions] -> [n][dimensions].
  [[nodiscard]] Var<double> constrain(Tape<double>& tape, Var<double> u) const;
  /// log density of u, Jacobian included: u [n][dimensions] -> [n].
  [[nodiscard]] Var<double> log_density(Tape<double>& tape, Var<double> u) const;

  /// The same without a tape; rows of u or theta are [n][dimensions].
  [[nodiscard]] std::vector<double> constrain_values(std::span<const double> u) const;
  [[nodiscard]] std::vector<double> unconstrain_values(std::span<const double> theta) const;
  /// log |dtheta/du| of each row of u. [n]
  [[nodiscard]] std::vector<double> log_jacobian_values(std::span<const double> u) const;
  /// log density of each row of theta, in the natural coordinate. [n]
  [[nodiscard]] std::vector<double> log_density_values(std::span<const double> theta) const;

 private:
  /// Neighbouring columns that are computed together.
  struct Columns {
    std::int64_t first;
    std::int64_t count;
  };
  /// Runs of neighbouring columns for which `same` holds between neighbours.
  template <class Same>
  [[nodiscard]] std::vector<Columns> runs_of(const Same& same) const;
  [[nodiscard]] Var<double> select(Var<double> rows, const Columns& columns) const;
  [[nodiscard]] Var<double> log_density_of(Tape<double>& tape, Var<double> u, const Columns& columns) const;
  [[nodiscard]] Var<double> constrain_columns(Tape<double>& tape, Var<double> u,
                                              const Columns& columns) const;
  void check_rows(const char* place, std::size_t size) const;

  std::vector<MarginalPrior> marginals_;
};

}  // namespace starling
