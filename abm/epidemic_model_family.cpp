#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/abm/epidemic_model_family.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

std::size_t position_of(const std::vector<StructuralParameter>& parameters, const std::string& path) {
  const auto found = std::ranges::find(parameters, path, &StructuralParameter::path);
  return static_cast<std::size_t>(found - parameters.begin());
}

void check_structural(const StructuralParameters& structural, const std::vector<std::string>& paths,
                      Estimator estimator) {
  for (const StructuralParameter& parameter : structural.parameters) {
    check_that(std::ranges::count(paths, parameter.path) == 1, "calibrate.parameters",
               fmt::format("\"{}\" must stand among the parameters once", parameter.path));
    check_that(estimator == Estimator::common_noise_differences, "gradient.estimator",
               fmt::format("\"{}\" has derivatives by \"common_noise_differences\" only", parameter.path));
  }
}

/// Puts what the lanes at `positions` gave, one block after the other, at the same places of `all`.
template <class Value>
void scatter(const std::vector<Value>& own, std::span<const std::size_t> positions, std::size_t lanes,
             std::vector<Value>& all) {
  const std::size_t block = own.size() / positions.size();
  all.resize(block * lanes);
  for (std::size_t i = 0; i < positions.size(); ++i)
    std::copy_n(own.begin() + static_cast<std::ptrdiff_t>(i * block), block,
                all.begin() + static_cast<std::ptrdiff_t>(positions[i] * block));
}

void scatter(const RunDetails& own, std::span<const std::size_t> positions, std::size_t lanes,
             RunDetails& all) {
  scatter(own.new_cases, positions, lanes, all.new_cases);
  scatter(own.network_cases, positions, lanes, all.network_cases);
}

}  // namespace

EpidemicModelFamily::EpidemicModelFamily(const Exec& exec, const Population& population,
                                         const EpidemicSettings& settings, const GradientSettings& gradient,
                                         const std::vector<std::string>& parameters,
                                         const OutputSettings& outputs, StructuralParameters structural)
    : population_(&population), settings_(settings), structural_(std::move(structural)) {
  check_structural(structural_, parameters, gradient.estimator);
  for (const StructuralParameter& parameter : structural_.parameters)
    configured_values_.push_back(parameter.configured);
  std::vector<std::string> others;
  for (const std::string& path : parameters) {
    const std::size_t position = position_of(structural_.parameters, path);
    const bool found = position < structural_.parameters.size();
    columns_.push_back({found, found ? position : others.size()});
    if (!found) others.push_back(path);
  }
  configured_model_ = std::make_unique<EpidemicModel>(exec, population, settings, gradient, others, outputs);
}

std::vector<double> EpidemicModelFamily::configured() const {
  const std::vector<double> others = configured_model_->configured();
  std::vector<double> values;
  for (const Column& column : columns_)
    values.push_back(column.structural ? configured_values_[column.index] : others[column.index]);
  return values;
}

std::vector<double> EpidemicModelFamily::structural_values(std::span<const double> theta) const {
  std::vector<double> values(configured_values_.size());
  for (std::size_t d = 0; d < columns_.size(); ++d)
    if (columns_[d].structural) values[columns_[d].index] = theta[d];
  return values;
}

std::vector<std::size_t> EpidemicModelFamily::structural_columns() const {
  std::vector<std::size_t> places;
  for (std::size_t d = 0; d < columns_.size(); ++d)
    if (columns_[d].structural) places.push_back(d);
  return places;
}

EpidemicSettings EpidemicModelFamily::settings_of(std::span<const double> theta) const {
  check_equal_size("EpidemicModelFamily::settings_of", "theta", static_cast<std::int64_t>(theta.size()),
                   dimensions());
  return has_structural() ? structural_.settings_at(structural_values(theta)) : settings_;
}

LaneRun EpidemicModelFamily::without_structural(const LaneRun& run) const {
  LaneRun others{{}, run.sample};
  for (std::size_t d = 0; d < columns_.size(); ++d)
    if (!columns_[d].structural) others.theta.push_back(run.theta[d]);
  return others;
}

std::unique_ptr<EpidemicModel> EpidemicModelFamily::build(const std::vector<double>& values) const {
  try {
    return std::make_unique<EpidemicModel>(*configured_model_, *population_, structural_.settings_at(values));
  } catch (const InputError& error) {
    std::vector<std::string> assignments;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const StructuralParameter& parameter = structural_.parameters[i];
      assignments.push_back(fmt::format("{} = {:.6g}{}", parameter.path, values[i],
                                        parameter.origin.empty() ? "" : " from " + parameter.origin));
    }
    throw InputError(fmt::format("calibrate.parameters: there is no epidemic with {}: {}; narrow the priors",
                                 fmt::join(assignments, ", "), error.what()));
  }
}

EpidemicModel& EpidemicModelFamily::model_at(const std::vector<double>& values) {
  if (values == configured_values_) return *configured_model_;
  if (latest_.model && values == latest_.values) return *latest_.model;
  latest_.model.reset();  // its memory is free for the new one
  latest_ = {values, build(values)};
  ++models_built_;
  return *latest_.model;
}

void EpidemicModelFamily::for_each_model(const LaneRuns& runs, const VisitModel& visit) {
  std::map<std::vector<double>, std::vector<std::size_t>> positions_of;  // lanes by structural values
  std::vector<const std::vector<double>*> order;                         // in which the values come
  for (std::size_t lane = 0; lane < runs.lanes.size(); ++lane) {
    const std::vector<double> values = structural_values(runs.lanes[lane].theta);
    for (std::size_t i = 0; i < values.size(); ++i)
      check_finite("calibrate.parameters", structural_.parameters[i].path, values[i]);
    const auto [place, added] = positions_of.try_emplace(values);
    if (added) order.push_back(&place->first);
    place->second.push_back(lane);
  }
  for (const std::vector<double>* values : order) {
    const std::vector<std::size_t>& positions = positions_of.at(*values);
    LaneRuns own{runs.seed, {}};
    for (const std::size_t lane : positions) own.lanes.push_back(without_structural(runs.lanes[lane]));
    EpidemicModel& model = model_at(*values);
    const std::int64_t before = model.agent_steps();
    visit(model, own, positions);
    if (&model != configured_model_.get()) agent_steps_ += model.agent_steps() - before;
  }
}

std::vector<double> EpidemicModelFamily::observe(const LaneRuns& runs) {
  std::vector<double> observations;
  for_each_model(runs, [&](EpidemicModel& model, const LaneRuns& own, std::span<const std::size_t> at) {
    scatter(model.observe(own), at, runs.lanes.size(), observations);
  });
  return observations;
}

std::vector<double> EpidemicModelFamily::observe(ParameterRows theta, const RunNoise& noise) {
  return observe(runs_of(theta, noise));
}

std::vector<std::int64_t> EpidemicModelFamily::new_cases(ParameterRows theta, const RunNoise& noise) {
  const LaneRuns runs = runs_of(theta, noise);
  std::vector<std::int64_t> cases;
  for_each_model(runs, [&](EpidemicModel& model, const LaneRuns& own, std::span<const std::size_t> at) {
    scatter(model.new_cases(own), at, runs.lanes.size(), cases);
  });
  return cases;
}

std::vector<double> EpidemicModelFamily::series(ParameterRows theta, const RunNoise& noise,
                                                RunDetails* details) {
  const LaneRuns runs = runs_of(theta, noise);
  std::vector<double> result;
  if (details != nullptr) *details = {};
  for_each_model(runs, [&](EpidemicModel& model, const LaneRuns& own, std::span<const std::size_t> at) {
    RunDetails own_details;
    scatter(model.series(own, details != nullptr ? &own_details : nullptr), at, runs.lanes.size(), result);
    if (details != nullptr) scatter(own_details, at, runs.lanes.size(), *details);
  });
  return result;
}

RunDetails EpidemicModelFamily::details(ParameterRows theta, const RunNoise& noise) {
  const LaneRuns runs = runs_of(theta, noise);
  RunDetails result;
  for_each_model(runs, [&](EpidemicModel& model, const LaneRuns& own, std::span<const std::size_t> at) {
    scatter(model.details(own), at, runs.lanes.size(), result);
  });
  return result;
}

DifferencePoints EpidemicModelFamily::points(std::size_t dimension, double value) const {
  const Column& column = columns_[dimension];
  return column.structural ? structural_.parameters[column.index].points(value)
                           : configured_model_->difference_points(column.index, value);
}

Var<double> EpidemicModelFamily::observe(Tape<double>& tape, Var<double> theta, const RunNoise& noise) {
  if (!has_structural()) return configured_model_->observe(tape, theta, noise);
  return observe_with_jacobians(
      tape, theta, noise,
      differenced({.dimensions = dimensions(),
                   .outputs = outputs(),
                   .points = [this](std::size_t dimension, double value) { return points(dimension, value); },
                   .observe = [this](const LaneRuns& runs) { return observe(runs); }}));
}

void EpidemicModelFamily::set_batch_hook(const std::function<void()>& hook) {
  configured_model_->set_batch_hook(hook);
  if (latest_.model) latest_.model->set_batch_hook(hook);
}

}  // namespace starling
