#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <starling/abm/common_noise_differences.hpp>
#include <starling/abm/epidemic_model.hpp>

namespace starling {

/// A number of the settings that cannot differ between the lanes of one simulator, such as a probability of
/// the disease: a model of its own is built for each of its values.
struct StructuralParameter {
  std::string path;  // configuration key
  double configured = 0.0;
  /// Where the runs that give the derivative at a value lie.
  std::function<DifferencePoints(double value)> points;
  std::string origin{};  // where the values come from, for messages, such as a prior
};

struct StructuralParameters {
  std::vector<StructuralParameter> parameters;
  /// The settings with these values of the parameters, which at the configured values are the model's own.
  /// Throws InputError that names the parameter for values it cannot have.
  std::function<EpidemicSettings(std::span<const double> values)> settings_at;
};

/// EpidemicModel where some of the parameters are structural: the models of their values, behind one
/// interface. Draws with the same structural values run as lanes of one model, with all their replicates and
/// difference lanes; the noise of a run does not depend on whose lane it is. Without structural parameters
/// this is one EpidemicModel, and nothing is added to its runs.
///
/// A structural value costs the building of a model (what it does not change is shared) and lanes of their
/// own: D structural parameters have 2 D models beside that of each draw in every gradient.
class EpidemicModelFamily {
 public:
  /// `parameters` holds all calibrated paths, the structural ones among them in any place. `population` must
  /// outlive the family if there are any. Throws InputError as EpidemicModel does, for a structural parameter
  /// that is not among the paths, and for an estimator that has no derivatives by structural parameters.
  EpidemicModelFamily(const Exec& exec, const Population& population, const EpidemicSettings& settings,
                      const GradientSettings& gradient, const std::vector<std::string>& parameters,
                      const OutputSettings& outputs = {}, StructuralParameters structural = {});

  [[nodiscard]] int dimensions() const { return static_cast<int>(columns_.size()); }
  [[nodiscard]] const CaseObservation& observation() const { return configured_model_->observation(); }
  [[nodiscard]] const TargetObservation* targets() const { return configured_model_->targets(); }
  [[nodiscard]] const SeriesTable& table() const { return configured_model_->table(); }
  [[nodiscard]] std::size_t outputs() const { return configured_model_->outputs(); }
  [[nodiscard]] const Schedule& schedule() const { return configured_model_->schedule(); }
  /// The configured values of the parameters. [dimensions]
  [[nodiscard]] std::vector<double> configured() const;

  /// Whether any parameter is structural.
  [[nodiscard]] bool has_structural() const { return !structural_.parameters.empty(); }
  /// Places of the structural parameters among all.
  [[nodiscard]] std::vector<std::size_t> structural_columns() const;
  /// The settings with the structural values of a draw, theta [dimensions]. Its other values are left out.
  [[nodiscard]] EpidemicSettings settings_of(std::span<const double> theta) const;

  /// As those of EpidemicModel. Throw InputError naming the structural values for which there is no model.
  [[nodiscard]] std::vector<double> observe(ParameterRows theta, const RunNoise& noise);
  [[nodiscard]] std::vector<std::int64_t> new_cases(ParameterRows theta, const RunNoise& noise);
  [[nodiscard]] std::vector<double> series(ParameterRows theta, const RunNoise& noise,
                                           RunDetails* details = nullptr);
  [[nodiscard]] RunDetails details(ParameterRows theta, const RunNoise& noise);
  /// One tape node, which the family must outlive.
  Var<double> observe(Tape<double>& tape, Var<double> theta, const RunNoise& noise);

  /// Called before each batch of lanes of any model.
  void set_batch_hook(const std::function<void()>& hook);
  /// Agent-steps that all models simulated so far.
  [[nodiscard]] std::int64_t agent_steps() const { return agent_steps_ + configured_model_->agent_steps(); }
  /// Models built so far beside the configured one.
  [[nodiscard]] std::int64_t models_built() const { return models_built_; }

 private:
  /// What a column of theta sets.
  struct Column {
    bool structural;
    std::size_t index;  // among the structural or the other parameters
  };
  struct Variant {
    std::vector<double> values;  // of the structural parameters
    std::unique_ptr<EpidemicModel> model;
  };
  /// Takes a model, its lanes and their positions among all.
  using VisitModel =
      std::function<void(EpidemicModel&, const LaneRuns&, std::span<const std::size_t> positions)>;

  [[nodiscard]] std::vector<double> structural_values(std::span<const double> theta) const;
  [[nodiscard]] LaneRun without_structural(const LaneRun& run) const;
  [[nodiscard]] EpidemicModel& model_at(const std::vector<double>& values);
  [[nodiscard]] std::unique_ptr<EpidemicModel> build(const std::vector<double>& values) const;
  void for_each_model(const LaneRuns& runs, const VisitModel& visit);
  [[nodiscard]] LaneRuns runs_of(ParameterRows theta, const RunNoise& noise) const {
    return lane_runs(theta, columns_.size(), noise);
  }
  [[nodiscard]] std::vector<double> observe(const LaneRuns& runs);
  [[nodiscard]] DifferencePoints points(std::size_t dimension, double value) const;

  const Population* population_;
  EpidemicSettings settings_;  // configured
  StructuralParameters structural_;
  std::vector<double> configured_values_;  // of the structural parameters
  std::vector<Column> columns_;            // [dimensions]
  std::unique_ptr<EpidemicModel> configured_model_;
  /// The model built last. Values seldom come back in a later call, and a model holds the state of its lanes.
  Variant latest_;
  std::int64_t agent_steps_ = 0;  // of the variants
  std::int64_t models_built_ = 0;
};

}  // namespace starling
