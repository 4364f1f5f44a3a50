#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/abm/epidemic_model.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/core/lanes.hpp>

namespace starling {

namespace {

constexpr const char* kSeedPath = "epidemic.log10_seed_fraction";

std::vector<std::size_t> slots_of(const std::vector<std::string>& parameters,
                                  const std::vector<EpidemicParameter>& known) {
  std::vector<std::size_t> slots;
  for (const std::string& path : parameters) {
    const auto found = std::ranges::find_if(
        known, [&](const EpidemicParameter& parameter) { return parameter.path == path; });
    if (found == known.end()) {
      std::vector<std::string> paths;
      for (const EpidemicParameter& parameter : known) paths.push_back(parameter.path);
      throw InputError(
          fmt::format("calibrate.parameters: \"{}\" is not one of {}", path, fmt::join(paths, ", ")));
    }
    const auto slot = static_cast<std::size_t>(found - known.begin());
    check_that(std::ranges::count(slots, slot) == 0, "calibrate.parameters",
               "\"" + path + "\" is listed twice");
    slots.push_back(slot);
  }
  return slots;
}

// Ages at which anything that is counted or drawn changes.
std::vector<int> edges_of(const EpidemicSettings& settings) {
  std::vector<int> edges = disease_age_edges(settings.disease);
  edges.insert(edges.end(), settings.age_bin_edges.begin(), settings.age_bin_edges.end());
  std::ranges::sort(edges);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

SampledRules rules_of(const Exec& exec, const Population& population, const EpidemicSettings& settings,
                      const CaseGroups& groups, const Schedule& schedule) {
  SampledRules rules;
  rules.disease = settings.disease;
  rules.profile_from_onset = settings.profile.shift_from_onset;
  rules.seeded_agents = settings.seeding.agents;
  rules.vaccination_eases_symptoms = groups.vaccination_statuses > 1;
  if (!settings.seeding.imports.empty())
    rules.importation =
        std::make_shared<Importation>(exec, population, groups, schedule.calendar(), settings.seeding);
  if (!schedule.policies().vaccinations().empty())
    rules.vaccination = std::make_shared<Vaccination>(exec, population, schedule.policies(),
                                                      schedule.calendar(), settings.profile.seed);
  if (settings.immunity_half_life_days > 0.0)
    rules.waning_per_day = std::numbers::ln2 / settings.immunity_half_life_days;
  return rules;
}

std::vector<SeriesKey> keys_of(const OutputSettings& outputs) {
  std::vector<SeriesKey> keys = outputs.series;
  for (const SeriesTarget& target : outputs.targets) keys.push_back(target.key);
  return keys;
}

// Attributes that series name or imports go by.
std::vector<std::string> attributes_of(const EpidemicSettings& settings, const OutputSettings& outputs) {
  std::vector<std::string> attributes = attributes_of(keys_of(outputs));
  const SeedingSettings& seeding = settings.seeding;
  if (!seeding.imports.empty() && std::ranges::count(attributes, seeding.imports_by) == 0)
    attributes.push_back(seeding.imports_by);
  return attributes;
}

// Infections of the vaccinated are counted apart where their outcomes may differ.
CaseGroups with_vaccination_statuses(CaseGroups groups, const Policies& policies,
                                     const std::vector<std::string>& parameters) {
  groups.vaccination_statuses = 1;
  if (vaccination_eases_symptoms(policies, parameters))
    groups.vaccination_statuses += static_cast<int>(policies.vaccinations().size());
  return groups;
}

SampledOutcomes sampled_outcomes_of(const Exec& exec, const Population& population,
                                    const EpidemicSettings& settings, const CaseGroups& groups,
                                    const Schedule& schedule) {
  check_that(settings.immunity_half_life_days == 0.0, "outputs.outcomes",
             "\"sampled\" follows the one infection of a person, expected \"expected\" where immunity wanes");
  return {
      exec, settings.disease, schedule.times<double>(),
      OutcomeAgents{population.age_years, {groups.of_agent.begin(), groups.of_agent.end()}, groups.size()}};
}

// A rate beyond this overflows in float; a prior that reaches it makes no sense, a flow that does has
// diverged.
constexpr double kLargestLog10Beta = 30.0;

void check_draw(const std::vector<double>& theta) {
  for (const double value : theta) {
    if (!(std::abs(value) <= kLargestLog10Beta))
      throw NonFiniteError(
          fmt::format("epidemic: a parameter draw ({:.4g}) lies outside ±{}; the fit has diverged: narrow "
                      "the prior or use "
                      "gradient.estimator = \"common_noise_differences\"",
                      fmt::join(theta, ", "), kLargestLog10Beta));
  }
}

}  // namespace

std::vector<EpidemicParameter> calibratable_parameters(const EpidemicSettings& settings) {
  std::vector<EpidemicParameter> parameters;
  for (const NetworkSettings& network : settings.networks)
    parameters.push_back({"networks." + network.name + ".log10_beta", network.log10_beta});
  // All are seeded at most.
  parameters.push_back({kSeedPath, settings.log10_seed_fraction, {.high = 0.0}});
  const Policies policies(settings.policies, Calendar(settings), settings.networks);
  for (const PolicyValue& value : policies.values())
    parameters.push_back({value.path, value.configured, {value.low, value.high}});
  return parameters;
}

EpidemicModel::EpidemicModel(const Exec& exec, const Population& population, const EpidemicSettings& settings,
                             const GradientSettings& gradient, const std::vector<std::string>& parameters,
                             OutputSettings outputs)
    : EpidemicModel(exec, population, settings, gradient, parameters, std::move(outputs), nullptr) {}

EpidemicModel::EpidemicModel(const EpidemicModel& sibling, const Population& population,
                             const EpidemicSettings& settings)
    : EpidemicModel(sibling.world_->exec(), population, settings, sibling.gradient_, sibling.paths(),
                    sibling.output_settings_, &sibling) {
  check_equal_size("EpidemicModel", "outputs", static_cast<std::int64_t>(this->outputs()),
                   static_cast<std::int64_t>(sibling.outputs()));
  check_equal_size("EpidemicModel", "series", static_cast<std::int64_t>(table_.size()),
                   static_cast<std::int64_t>(sibling.table_.size()));
  batch_hook_ = sibling.batch_hook_;
}

EpidemicModel::EpidemicModel(const Exec& exec, const Population& population, const EpidemicSettings& settings,
                             const GradientSettings& gradient, const std::vector<std::string>& parameters,
                             OutputSettings outputs, const EpidemicModel* sibling)
    : gradient_(gradient),
      output_settings_(std::move(outputs)),
      networks_(settings.networks),
      profile_(settings.profile),
      age_edges_(edges_of(settings)),
      schedule_(std::make_shared<Schedule>(settings)),
      groups_(with_vaccination_statuses(groups_for(population, settings, output_settings_, sibling),
                                        schedule_->policies(), parameters)),
      world_(world_for(exec, population, settings, groups_, sibling)),
      rules_(rules_of(exec, population, settings, groups_, *schedule_)),
      observation_(schedule_->steps() + 1, groups_, settings.age_bin_edges),
      table_(groups_, population, settings.disease, schedule_->times<double>(), settings.age_bin_edges,
             keys_of(output_settings_)),
      calibratable_(calibratable_parameters(settings)),
      slots_(slots_of(parameters, calibratable_)) {
  check_positive("gradient", "temperature", gradient.temperature);
  check_positive("gradient", "difference_step", gradient.difference_step);
  check_positive("gradient", "flips", gradient.flips);
  check_that(gradient.mode == SweepMode::reverse || sweeps_runs(gradient.estimator), "gradient.mode",
             "\"forward\" is only for the values straight_through and gumbel_softmax of gradient.estimator, "
             "which sweep through the run; expected \"reverse\" for the others");
  check_vaccinations_act(schedule_->policies(), parameters);
  if (!output_settings_.targets.empty())
    targets_.emplace(table_, schedule_->calendar(), output_settings_.targets);
  if (output_settings_.sampled_outcomes)
    sampled_outcomes_.emplace(sampled_outcomes_of(exec, population, settings, groups_, *schedule_));
  if (gradient.estimator == Estimator::mean_field)
    mean_field_.emplace(exec, population, settings, groups_, schedule_);
}

CaseGroups EpidemicModel::groups_for(const Population& population, const EpidemicSettings& settings,
                                     const OutputSettings& outputs, const EpidemicModel* sibling) {
  const std::vector<int> edges = edges_of(settings);
  if (sibling != nullptr && sibling->age_edges_ == edges) return sibling->groups_;
  return make_case_groups(population, edges, attributes_of(settings, outputs));
}

std::shared_ptr<const World<float>> EpidemicModel::world_for(const Exec& exec, const Population& population,
                                                             const EpidemicSettings& settings,
                                                             const CaseGroups& groups,
                                                             const EpidemicModel* sibling) {
  const auto profiles = [&] { return draw_profiles(population.agents(), settings.profile); };
  if (sibling == nullptr || sibling->networks_ != settings.networks)
    return std::make_shared<World<float>>(exec, population, settings.networks, profiles(), groups);
  std::shared_ptr<const World<float>> world = sibling->world_;
  if (sibling->profile_ != settings.profile)
    world = std::make_shared<World<float>>(world->with_profiles(profiles()));
  if (sibling->age_edges_ != edges_of(settings))
    world = std::make_shared<World<float>>(world->with_groups(groups));
  return world;
}

std::vector<std::string> EpidemicModel::paths() const {
  std::vector<std::string> result;
  for (const std::size_t slot : slots_) result.push_back(calibratable_[slot].path);
  return result;
}

std::vector<double> EpidemicModel::configured() const {
  std::vector<double> values;
  for (const std::size_t slot : slots_) values.push_back(calibratable_[slot].configured);
  return values;
}

DifferencePoints EpidemicModel::difference_points(std::size_t dimension, double value) const {
  return points_within(calibratable_[slots_[dimension]].range, value, gradient_.difference_step);
}

LaneParameters EpidemicModel::lane_parameters(std::span<const LaneRun> runs) const {
  LaneParameters result = schedule_->configured(static_cast<int>(runs.size()));
  for (int lane = 0; lane < result.lanes; ++lane) {
    const std::vector<double>& theta = runs[static_cast<std::size_t>(lane)].theta;
    check_draw(theta);
    for (std::size_t d = 0; d < slots_.size(); ++d) {
      const ParameterRange& range = calibratable_[slots_[d]].range;
      value_at(result, slots_[d], lane) = std::clamp(theta[d], range.low, range.high);
    }
  }
  return result;
}

double& EpidemicModel::value_at(LaneParameters& parameters, std::size_t slot, int lane) const {
  const auto networks = static_cast<std::size_t>(world_->networks());
  if (slot < networks) return parameters.beta(static_cast<int>(slot), lane);
  if (slot == networks) return parameters.seed(lane);
  return parameters.policy(static_cast<int>(slot - networks - 1), lane);
}

SampledEpidemic& EpidemicModel::simulator(int lanes) {
  const int width = lane_width(lanes);
  return simulators_.try_emplace(width, world_, schedule_, width, rules_).first->second;
}

LaneNoise EpidemicModel::lane_noise(std::span<const LaneRun> runs, std::uint64_t seed) const {
  LaneNoise noise{seed, {}};
  for (const LaneRun& run : runs) noise.lane_sample.push_back(run.sample);
  return noise;
}

EpidemicModel::Batch EpidemicModel::counted_batch(SampledEpidemic& epidemic, Trajectory trajectory) {
  std::vector<std::int64_t> new_cases = epidemic.new_cases(trajectory);
  std::vector<double> network_cases;
  if (trajectory.network_cases.size() > 0) network_cases = epidemic.network_cases(trajectory);
  agent_steps_ += world_->agents() * schedule_->steps() * std::int64_t{trajectory.parameters.lanes};
  return {epidemic.width(), std::move(trajectory), std::move(new_cases), std::move(network_cases)};
}

EpidemicModel::Batch EpidemicModel::run_batch(std::span<const LaneRun> runs, std::uint64_t seed,
                                              Attribution attribution) {
  SampledEpidemic& epidemic = simulator(static_cast<int>(runs.size()));
  return counted_batch(epidemic, epidemic.run(lane_parameters(runs), lane_noise(runs, seed), attribution));
}

void EpidemicModel::run_lanes(const LaneRuns& runs, const VisitBatch& visit, Attribution attribution) {
  const std::span<const LaneRun> all(runs.lanes);
  for (std::size_t first = 0; first < all.size(); first += kMaxLanes) {
    if (batch_hook_) batch_hook_();
    const auto lanes = std::min<std::size_t>(kMaxLanes, all.size() - first);
    visit(first, lanes, run_batch(all.subspan(first, lanes), runs.seed, attribution));
  }
}

}  // namespace starling
