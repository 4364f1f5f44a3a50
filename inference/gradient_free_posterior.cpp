#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include <starling/core/check.hpp>
#include <starling/core/random.hpp>
#include <starling/flows/flow.hpp>
#include <starling/inference/gradient_free_posterior.hpp>
#include <starling/inference/summary.hpp>

namespace starling {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Streams of the seed; each round takes one for its draws and one for its noise.
constexpr std::uint64_t kDrawStream = 1;
constexpr std::uint64_t kNoiseStream = 1000;
constexpr std::uint64_t kQuadratureStream = 2000;
// The polynomial holds where draws are.
constexpr double kLargestDistance = 3.0;
// Draws of the first rounds can lie far out, where no quadratic follows the loss. Those are left out whose
// loss, over the weight, exceeds the lowest quarter's by more; a closer limit would choose by noise.
constexpr double kLargestExcess = 20.0;
constexpr double kLowPart = 0.25;
constexpr int kRoundDegree = 2;

/// u = centre + spread x, with x standard normal where draws are taken.
struct Region {
  VectorXd centre;
  MatrixXd spread;  // lower triangular

  [[nodiscard]] Rows draw(std::uint64_t seed, int draws) const {
    const auto dimensions = static_cast<int>(centre.size());
    const std::vector<double> x = standard_normal_draws(seed, Draw::pilot, 0, draws, dimensions);
    return Eigen::Map<const Rows>(x.data(), draws, dimensions);
  }
  [[nodiscard]] std::vector<double> unconstrained(const Rows& x) const {
    const Rows u = (x * spread.transpose()).rowwise() + centre.transpose();
    return {u.data(), u.data() + u.size()};
  }
};

/// All monomials up to a degree: each is a variable times one of a degree less.
class Polynomial {
 public:
  Polynomial(Index dimensions, int degree) {
    terms_.push_back({0, 0});
    std::size_t first = 0;
    for (int d = 1; d <= degree; ++d) {
      const std::size_t last = terms_.size();
      for (std::size_t parent = first; parent < last; ++parent) {
        // Factors in ascending order, so that no monomial stands twice.
        for (Index variable = parent == 0 ? 0 : terms_[parent].variable; variable < dimensions; ++variable)
          terms_.push_back({parent, variable});
      }
      first = last;
    }
  }

  void fit(const Rows& x, const VectorXd& values) {
    coefficients_ = monomials(x).colPivHouseholderQr().solve(values);
  }
  [[nodiscard]] VectorXd operator()(const Rows& x) const { return monomials(x) * coefficients_; }
  [[nodiscard]] Index size() const { return static_cast<Index>(terms_.size()); }

 private:
  struct Term {
    std::size_t parent;
    Index variable;
  };

  [[nodiscard]] MatrixXd monomials(const Rows& x) const {
    MatrixXd result(x.rows(), size());
    result.col(0).setOnes();
    for (Index t = 1; t < size(); ++t) {
      const Term& term = terms_[static_cast<std::size_t>(t)];
      result.col(t) = result.col(static_cast<Index>(term.parent)).cwiseProduct(x.col(term.variable));
    }
    return result;
  }

  std::vector<Term> terms_;
  VectorXd coefficients_;
};

struct Moments {
  VectorXd u_mean;
  MatrixXd u_covariance;
  VectorXd theta_mean;
  VectorXd theta_sd;
  double effective_draws;
};

VectorXd weighted_mean(const Eigen::Map<const Rows>& rows, const VectorXd& weights) {
  return rows.transpose() * weights;
}

class Fit {
 public:
  Fit(const Prior& prior, const NoisyFunction& loss, double weight, const GradientFreeSettings& settings,
      std::uint64_t seed)
      : prior_(prior), loss_(loss), weight_(weight), settings_(settings), seed_(seed) {}

  GradientFreePosterior run(Region region) {
    for (int round = 0; round < settings_.rounds; ++round) {
      auto [x, losses] = evaluate(region, round, settings_.draws);
      leave_out_far(x, losses);
      Polynomial polynomial(x.cols(), kRoundDegree);
      polynomial.fit(x, losses);
      move_to(integrate(polynomial, region), region);
    }
    const auto [x, losses] = evaluate(region, settings_.rounds, settings_.last_draws);
    Polynomial polynomial(x.cols(), settings_.degree);
    Polynomial less(x.cols(), settings_.degree - 1);
    polynomial.fit(x, losses);
    less.fit(x, losses);
    const Moments moments = integrate(polynomial, region);
    const auto rows = static_cast<double>(x.rows());
    const VectorXd fitted = polynomial(x);
    const auto terms = static_cast<double>(polynomial.size());
    const double noise_sd = (losses - fitted).norm() / std::sqrt(rows - terms) / weight_;
    return {{moments.theta_mean.begin(), moments.theta_mean.end()},
            {moments.theta_sd.begin(), moments.theta_sd.end()},
            noise_sd,
            noise_sd * std::sqrt(terms / rows),
            (less(x) - fitted).norm() / std::sqrt(rows) / weight_,
            moments.effective_draws};
  }

 private:
  struct Losses {
    Rows x;
    VectorXd values;
  };

  Losses evaluate(const Region& region, int round, int draws) const {
    const auto stream = static_cast<std::uint64_t>(round);
    Rows x = region.draw(derive_seed(seed_, kDrawStream + stream), draws);
    const std::vector<double> theta = prior_.constrain_values(region.unconstrained(x));
    const std::vector<double> values = checked_outputs(
        loss_, theta, derive_seed(seed_, kNoiseStream + stream), static_cast<std::size_t>(draws));
    return {std::move(x), Eigen::Map<const VectorXd>(values.data(), draws)};
  }

  void leave_out_far(Rows& x, VectorXd& losses) const {
    const double limit = quantile({losses.begin(), losses.end()}, kLowPart) + kLargestExcess * weight_;
    Index kept = 0;
    for (Index row = 0; row < x.rows(); ++row) {
      if (!(losses[row] <= limit)) continue;
      x.row(kept) = x.row(row);
      losses[kept++] = losses[row];
    }
    x.conservativeResize(kept, Eigen::NoChange);
    losses.conservativeResize(kept);
  }

  /// Draws of the region, weighted by posterior over the density they have.
  [[nodiscard]] Moments integrate(const Polynomial& polynomial, const Region& region) const {
    const Rows x = region.draw(derive_seed(seed_, kQuadratureStream), settings_.quadrature);
    const std::vector<double> u = region.unconstrained(x);
    const std::vector<double> theta = prior_.constrain_values(u);
    const std::vector<double> log_prior = prior_.log_density_values(theta);
    const std::vector<double> log_jacobian = prior_.log_jacobian_values(u);
    const VectorXd square = x.rowwise().squaredNorm();
    VectorXd log_weight = 0.5 * square - polynomial(x) / weight_;
    for (Index i = 0; i < log_weight.size(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      log_weight[i] += log_prior[at] + log_jacobian[at];
      if (square[i] > kLargestDistance * kLargestDistance) log_weight[i] = -1e300;
    }
    VectorXd weights = (log_weight.array() - log_weight.maxCoeff()).exp();
    weights /= weights.sum();
    const Eigen::Map<const Rows> u_rows(u.data(), x.rows(), x.cols());
    const Eigen::Map<const Rows> theta_rows(theta.data(), x.rows(), x.cols());
    Moments moments{weighted_mean(u_rows, weights), {}, weighted_mean(theta_rows, weights), {}, 0.0};
    const Rows centred = u_rows.rowwise() - moments.u_mean.transpose();
    moments.u_covariance = centred.transpose() * weights.asDiagonal() * centred;
    const Rows off = theta_rows.rowwise() - moments.theta_mean.transpose();
    moments.theta_sd = (off.cwiseAbs2().transpose() * weights).cwiseSqrt();
    moments.effective_draws = 1.0 / weights.squaredNorm();
    return moments;
  }

  void move_to(const Moments& moments, Region& region) const {
    region.centre = moments.u_mean;
    const Eigen::LLT<MatrixXd> factor(moments.u_covariance);
    region.spread = settings_.widening * MatrixXd(factor.matrixL());
  }

  const Prior& prior_;
  const NoisyFunction& loss_;
  double weight_;
  const GradientFreeSettings& settings_;
  std::uint64_t seed_;
};

}  // namespace

GradientFreePosterior gradient_free_posterior(const Prior& prior, const NoisyFunction& loss, double weight,
                                              const SearchRegion& start, const GradientFreeSettings& settings,
                                              std::uint64_t seed) {
  const char* place = "gradient_free_posterior";
  const auto dimensions = static_cast<std::int64_t>(prior.dimensions());
  check_equal_size(place, "start.mean", static_cast<std::int64_t>(start.mean.size()), dimensions);
  check_equal_size(place, "start.sd", static_cast<std::int64_t>(start.sd.size()), dimensions);
  check_positive(place, "weight", weight);
  check_in_range(place, "rounds", settings.rounds, 0, 100);
  check_in_range(place, "degree", settings.degree, 2, 4);
  check_in_range(place, "widening", settings.widening, 1.0, 10.0);
  check_positive(place, "quadrature", settings.quadrature);
  const Index terms = Polynomial(dimensions, settings.degree).size();
  check_that(
      settings.last_draws > 4 * terms && settings.draws > 8 * Polynomial(dimensions, kRoundDegree).size(),
      place, "draws must be several times the polynomial's terms");
  Region region{Eigen::Map<const VectorXd>(start.mean.data(), dimensions),
                Eigen::Map<const VectorXd>(start.sd.data(), dimensions).asDiagonal()};
  return Fit(prior, loss, weight, settings, seed).run(std::move(region));
}

}  // namespace starling
