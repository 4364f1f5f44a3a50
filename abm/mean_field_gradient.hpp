#pragma once

#include <memory>
#include <span>
#include <vector>

#include <starling/abm/epidemic_settings.hpp>
#include <starling/abm/lane_parameters.hpp>
#include <starling/abm/mean_field_epidemic.hpp>
#include <starling/abm/population.hpp>
#include <starling/abm/schedule.hpp>
#include <starling/abm/world.hpp>

namespace starling {

/// Derivatives of sampled epidemics taken from the mean-field epidemic at the same parameters: the same for
/// every noise, and those of another outcome, since a mean-field epidemic never dies out and has no
/// correlated neighbours. Keeps the states of all steps of one lane in double: 24 B an agent and step.
class MeanFieldGradient {
 public:
  /// Throws InputError for what only sampled runs know: quarantine, vaccination, imported and listed first
  /// infections, waning immunity, profiles that count from the onset of symptoms.
  MeanFieldGradient(const Exec& exec, const Population& population, const EpidemicSettings& settings,
                    const CaseGroups& groups, std::shared_ptr<const Schedule> schedule);

  /// Adjoint of the parameters of all lanes, given that of new cases [steps + 1][groups][width].
  [[nodiscard]] LaneParameters adjoint(const LaneParameters& parameters,
                                       std::span<const double> new_cases_adj, int width);

 private:
  /// The gradient of one lane, which is that of the lane before where nothing differs: runs have no noise.
  struct Latest {
    LaneParameters parameters{0, 1};
    std::vector<double> new_cases_adj;
    LaneParameters gradient{0, 1};
  };
  [[nodiscard]] const LaneParameters& lane_gradient(const LaneParameters& parameters,
                                                    std::vector<double> new_cases_adj);

  std::shared_ptr<const Schedule> schedule_;
  MeanFieldEpidemic epidemic_;
  Latest latest_;
};

}  // namespace starling
