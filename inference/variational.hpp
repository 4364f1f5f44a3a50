#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <starling/autodiff/tape.hpp>
#include <starling/flows/flow.hpp>
#include <starling/inference/optimizer.hpp>
#include <starling/inference/prior.hpp>

namespace starling {

/// Loss of each draw: theta [draws][dimensions], in natural coordinates, -> [draws], recorded on the tape.
/// `seed` is new in every epoch and sets the noise of the simulations.
using LossFunction = std::function<Var<double>(Tape<double>& tape, Var<double> theta, std::uint64_t seed)>;

struct VariationalSettings {
  double weight = 1.0;
  int samples = 8;         // draws per epoch whose loss is simulated
  int kl_samples = 10000;  // fresh draws per epoch for the divergence
  std::int64_t epochs = 600;
  LearningRateSchedule learning_rate;
  double weight_decay = 1e-4;
  double clip_norm = 1000.0;
  /// Part of the epochs during which the loss is tempered: it enters with a factor that grows geometrically
  /// to 1, so that draws far from the data do not throw the flow about before it has found its place.
  double tempered_part = 0.3;
  /// Part of the epochs, at the end, whose iterates are averaged.
  double averaged_part = 0.25;
};

/// One row of the loss history. `loss` and `kl` are the untempered estimates of the epoch; total = loss + w
/// kl.
struct EpochRecord {
  double total;
  double loss;
  double kl;
  double gradient_norm;  // before clipping, of the tempered objective
};

/// Everything a calibration must keep to go on bit for bit; random numbers follow from the seed and the
/// epoch.
struct VariationalState {
  std::uint64_t seed = 0;
  /// Where the flow began, unconstrained: locations, then scales. Finding it can cost as much as the fit.
  std::vector<double> start{};
  double first_temper = 1.0;  // factor of the loss in the first epoch, set there
  std::int64_t clipped = 0;   // epochs whose gradient was clipped
  OptimizerState optimizer;
  std::vector<EpochRecord> history;  // its length is the number of epochs done
};

/// Draws of the fitted posterior.
struct PosteriorDraws {
  std::vector<double> theta;  // [draws][dimensions], natural coordinates
  std::vector<double> log_q;  // [draws], log density of theta: that of the flow minus log |dtheta/du|
};

/// Generalised variational inference: minimises E_q[loss] + w KL(q || prior) over the flow q, whose optimum
/// over all distributions is proportional to prior * exp(-loss / w) (Knoblauch, Jewson & Damoulas, JMLR
/// 2022).
///
/// The flow lives in the unconstrained coordinate u of the prior, so that q has exactly the prior's support;
/// the loss sees theta = t(u). The divergence is the same in both. Both terms are estimated from
/// reparameterised draws u = T(z): a few that are simulated and, for the divergence, many fresh ones. The
/// gradient passes from the loss through the simulator's own derivative and the flow. A loss that is not
/// finite ends the calibration: no draw is ever dropped.
class Variational {
 public:
  /// Throws InputError for settings out of range or dimensions that disagree.
  Variational(Flow flow, Prior prior, LossFunction loss, VariationalSettings settings, Exec exec);

  [[nodiscard]] VariationalState initial_state(std::uint64_t seed) const;
  [[nodiscard]] bool finished(const VariationalState& state) const {
    return static_cast<std::int64_t>(state.history.size()) >= settings_.epochs;
  }
  /// One epoch. Throws NonFiniteError naming the epoch and the draw.
  const EpochRecord& step(VariationalState& state);

  /// Draws from the averaged flow.
  [[nodiscard]] PosteriorDraws sample(const VariationalState& state, std::int64_t draws);

 private:
  struct Objective {
    EpochRecord record;
    std::vector<double> gradient;
  };
  [[nodiscard]] Objective evaluate(VariationalState& state, std::int64_t epoch);
  [[nodiscard]] double temper(const VariationalState& state, std::int64_t epoch) const;
  [[nodiscard]] double first_temper(std::span<const double> losses) const;

  Flow flow_;
  Prior prior_;
  LossFunction loss_;
  VariationalSettings settings_;
  Tape<double> tape_;
};

}  // namespace starling
