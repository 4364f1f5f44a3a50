#include <utility>
#include <vector>

#include <starling/abm/mean_field_gradient.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

void check_settings(const EpidemicSettings& settings, const Schedule& schedule) {
  const Policies& policies = schedule.policies();
  const bool sampled_only = !policies.quarantines().empty() || !policies.vaccinations().empty() ||
                            !settings.seeding.imports.empty() || !settings.seeding.agents.empty() ||
                            settings.immunity_half_life_days > 0.0 || settings.profile.shift_from_onset;
  check_that(!sampled_only, "gradient.estimator",
             "\"mean_field\" knows no quarantine, vaccination, imported or listed first infections, waning "
             "immunity and onset of symptoms");
}

std::shared_ptr<const World<double>> world_of(const Exec& exec, const Population& population,
                                              const EpidemicSettings& settings, const CaseGroups& groups) {
  return std::make_shared<World<double>>(exec, population, settings.networks,
                                         draw_profiles(population.agents(), settings.profile), groups);
}

bool same_values(const LaneParameters& a, const LaneParameters& b) {
  return a.log10_beta == b.log10_beta && a.log10_seed_fraction == b.log10_seed_fraction &&
         a.policy_values == b.policy_values;
}

/// One column of [rows][width].
std::vector<double> column(std::span<const double> values, int width, int lane) {
  std::vector<double> result;
  for (auto i = static_cast<std::size_t>(lane); i < values.size(); i += static_cast<std::size_t>(width))
    result.push_back(values[i]);
  return result;
}

void set_column(std::vector<double>& values, int width, int lane, const std::vector<double>& from) {
  for (std::size_t row = 0; row < from.size(); ++row)
    values[row * static_cast<std::size_t>(width) + static_cast<std::size_t>(lane)] = from[row];
}

}  // namespace

MeanFieldGradient::MeanFieldGradient(const Exec& exec, const Population& population,
                                     const EpidemicSettings& settings, const CaseGroups& groups,
                                     std::shared_ptr<const Schedule> schedule)
    : schedule_((check_settings(settings, *schedule), std::move(schedule))),
      epidemic_(world_of(exec, population, settings, groups), schedule_, 1) {}

const LaneParameters& MeanFieldGradient::lane_gradient(const LaneParameters& parameters,
                                                       std::vector<double> new_cases_adj) {
  const bool ran = same_values(parameters, latest_.parameters);
  if (ran && new_cases_adj == latest_.new_cases_adj) return latest_.gradient;
  if (!ran) epidemic_.run(parameters);
  // The epidemic's width is that of one lane, rounded up.
  std::vector<double> adj(new_cases_adj.size() * static_cast<std::size_t>(epidemic_.width()), 0.0);
  set_column(adj, epidemic_.width(), 0, new_cases_adj);
  latest_ = {parameters, std::move(new_cases_adj), epidemic_.adjoint(adj)};
  return latest_.gradient;
}

LaneParameters MeanFieldGradient::adjoint(const LaneParameters& parameters,
                                          std::span<const double> new_cases_adj, int width) {
  LaneParameters result = parameters;
  const int lanes = parameters.lanes;
  for (int lane = 0; lane < lanes; ++lane) {
    LaneParameters own = schedule_->configured(1);
    own.log10_beta = column(parameters.log10_beta, lanes, lane);
    own.log10_seed_fraction = column(parameters.log10_seed_fraction, lanes, lane);
    own.policy_values = column(parameters.policy_values, lanes, lane);
    const LaneParameters& gradient = lane_gradient(own, column(new_cases_adj, width, lane));
    set_column(result.log10_beta, lanes, lane, gradient.log10_beta);
    set_column(result.log10_seed_fraction, lanes, lane, gradient.log10_seed_fraction);
    set_column(result.policy_values, lanes, lane, gradient.policy_values);
  }
  return result;
}

}  // namespace starling
