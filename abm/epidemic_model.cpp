#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/abm/epidemic_model.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/core/lanes.hpp>

namespace starling {

namespace {

constexpr const char* kSeedPath = "epidemic.log10_seed_fraction";
// Rate of a network of the population that the epidemic leaves out; such a network never meets.
constexpr double kNoContact = 0.0;

std::vector<double> configured_values(const Population& population, const EpidemicSettings& settings) {
  std::vector<double> values(static_cast<std::size_t>(population.type_count()), kNoContact);
  for (const NetworkSettings& network : settings.networks)
    values[static_cast<std::size_t>(population.venue_type(network.name))] = network.log10_beta;
  values.push_back(settings.log10_seed_fraction);
  return values;
}

std::vector<std::size_t> slots_of(const std::vector<std::string>& parameters, const Population& population) {
  const std::vector<std::string> known = calibratable_parameters(population);
  std::vector<std::size_t> slots;
  for (const std::string& path : parameters) {
    const auto found = std::ranges::find(known, path);
    if (found == known.end())
      throw InputError(
          fmt::format("calibrate.parameters: \"{}\" is not one of {}", path, fmt::join(known, ", ")));
    const auto slot = static_cast<std::size_t>(found - known.begin());
    check_that(std::ranges::find(slots, slot) == slots.end(), "calibrate.parameters",
               "\"" + path + "\" is listed twice");
    slots.push_back(slot);
  }
  return slots;
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

std::vector<std::string> calibratable_parameters(const Population& population) {
  std::vector<std::string> paths;
  for (const std::string& name : population.venue_types) paths.push_back("networks." + name + ".log10_beta");
  paths.emplace_back(kSeedPath);
  return paths;
}

/// What a node keeps between its forward and its reverse pass.
struct EpidemicModel::NodeState {
  std::size_t replicates;
  std::uint64_t seed;
  std::vector<LaneRun> runs;
  std::vector<Batch> batches;    // reverse mode: events and counts of all lanes
  std::vector<double> jacobian;  // differences: [runs][dimensions][outputs]
};

EpidemicModel::EpidemicModel(const Exec& exec, const Population& population, const EpidemicSettings& settings,
                             const GradientSettings& gradient, const std::vector<std::string>& parameters)
    : gradient_(gradient),
      world_(std::make_shared<World<float>>(
          exec, population, draw_profiles(population.agents(), settings.profile), settings.age_bin_edges)),
      schedule_(std::make_shared<Schedule>(settings, population)),
      observation_(schedule_->steps() + 1, world_->age_bins()),
      defaults_(configured_values(population, settings)),
      slots_(slots_of(parameters, population)) {
  check_positive("gradient", "temperature", gradient.temperature);
  check_positive("gradient", "difference_step", gradient.difference_step);
}

std::vector<double> EpidemicModel::configured() const {
  std::vector<double> values;
  for (const std::size_t slot : slots_) values.push_back(defaults_[slot]);
  return values;
}

std::vector<EpidemicModel::LaneRun> EpidemicModel::lane_runs(ParameterRows theta,
                                                             const RunNoise& noise) const {
  const auto dimensions = slots_.size();
  check_positive("EpidemicModel", "replicates", noise.replicates);
  check_that(dimensions == 0 ? theta.empty() : theta.size() % dimensions == 0, "EpidemicModel",
             fmt::format("theta has {} elements, expected a multiple of {}", theta.size(), dimensions));
  const std::size_t draws = dimensions == 0 ? 1 : theta.size() / dimensions;
  std::vector<LaneRun> runs;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    const auto row = theta.subspan(draw * dimensions, dimensions);
    for (int replicate = 0; replicate < noise.replicates; ++replicate)
      runs.push_back({{row.begin(), row.end()}, static_cast<std::uint32_t>(runs.size())});
  }
  return runs;
}

LaneParameters EpidemicModel::lane_parameters(std::span<const LaneRun> runs) const {
  const int networks = world_->networks();
  LaneParameters result(networks, static_cast<int>(runs.size()));
  for (int lane = 0; lane < result.lanes; ++lane) {
    check_draw(runs[static_cast<std::size_t>(lane)].theta);
    std::vector<double> values = defaults_;
    for (std::size_t d = 0; d < slots_.size(); ++d)
      values[slots_[d]] = runs[static_cast<std::size_t>(lane)].theta[d];
    for (int n = 0; n < networks; ++n) result.beta(n, lane) = values[static_cast<std::size_t>(n)];
    // A fraction above 1 seeds everybody.
    result.seed(lane) = std::min(0.0, values.back());
  }
  return result;
}

SampledEpidemic& EpidemicModel::simulator(int lanes) {
  const int width = lane_width(lanes);
  return simulators_.try_emplace(width, world_, schedule_, width).first->second;
}

EpidemicModel::Batch EpidemicModel::run_batch(std::span<const LaneRun> runs, std::uint64_t seed) {
  LaneNoise noise{seed, {}};
  for (const LaneRun& run : runs) noise.lane_sample.push_back(run.sample);
  SampledEpidemic& epidemic = simulator(static_cast<int>(runs.size()));
  Trajectory trajectory = epidemic.run(lane_parameters(runs), noise);
  std::vector<std::int64_t> new_cases = epidemic.new_cases(trajectory);
  agent_steps_ += world_->agents() * schedule_->steps() * static_cast<std::int64_t>(runs.size());
  return {epidemic.width(), std::move(trajectory), std::move(new_cases)};
}

template <class Visit>
void EpidemicModel::run_lanes(std::span<const LaneRun> runs, std::uint64_t seed, const Visit& visit) {
  for (std::size_t first = 0; first < runs.size(); first += kMaxLanes) {
    if (batch_hook_) batch_hook_();
    const auto lanes = std::min<std::size_t>(kMaxLanes, runs.size() - first);
    visit(first, lanes, run_batch(runs.subspan(first, lanes), seed));
  }
}

std::vector<double> EpidemicModel::observe_lanes(std::span<const LaneRun> runs, std::uint64_t seed) {
  std::vector<double> observations(runs.size() * outputs());
  run_lanes(runs, seed, [&](std::size_t first, std::size_t lanes, const Batch& batch) {
    for (std::size_t lane = 0; lane < lanes; ++lane)
      observation_.observe(batch.new_cases, batch.width, static_cast<int>(lane),
                           std::span(observations).subspan((first + lane) * outputs(), outputs()));
  });
  return observations;
}

std::vector<double> EpidemicModel::observe(ParameterRows theta, const RunNoise& noise) {
  return observe_lanes(lane_runs(theta, noise), noise.seed);
}

std::vector<std::int64_t> EpidemicModel::new_cases(ParameterRows theta, const RunNoise& noise) {
  const std::vector<LaneRun> runs = lane_runs(theta, noise);
  std::vector<std::int64_t> result(runs.size() * outputs());
  run_lanes(runs, noise.seed, [&](std::size_t first, std::size_t lanes, const Batch& batch) {
    const auto width = static_cast<std::size_t>(batch.width);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      for (std::size_t cell = 0; cell < outputs(); ++cell)
        result[(first + lane) * outputs() + cell] = batch.new_cases[cell * width + lane];
    }
  });
  return result;
}

SampledSlope EpidemicModel::slope() const {
  const bool relaxed = gradient_.estimator == Estimator::gumbel_softmax;
  return {.kind = relaxed ? InfectionSlope::gumbel_softmax : InfectionSlope::straight_through,
          .temperature = static_cast<float>(gradient_.temperature),
          .noise = {}};
}

void EpidemicModel::forward_reverse_mode(NodeState& state, std::span<double> observations) {
  run_lanes(state.runs, state.seed, [&](std::size_t first, std::size_t lanes, Batch batch) {
    for (std::size_t lane = 0; lane < lanes; ++lane)
      observation_.observe(batch.new_cases, batch.width, static_cast<int>(lane),
                           observations.subspan((first + lane) * outputs(), outputs()));
    state.batches.push_back(std::move(batch));
  });
}

void EpidemicModel::adjoint_reverse_mode(NodeState& state, std::span<const double> observations_adj,
                                         std::span<double> theta_adj) {
  std::size_t run = 0;
  for (const Batch& batch : state.batches) {
    std::vector<double> new_cases_adj(batch.new_cases.size(), 0.0);
    const int lanes = batch.trajectory.parameters.lanes;
    for (int lane = 0; lane < lanes; ++lane)
      observation_.observe_adjoint(
          batch.new_cases, batch.width, lane,
          observations_adj.subspan((run + static_cast<std::size_t>(lane)) * outputs(), outputs()),
          new_cases_adj);
    const LaneParameters gradient = simulator(lanes).adjoint(batch.trajectory, new_cases_adj, slope());
    for (int lane = 0; lane < lanes; ++lane, ++run) {
      for (std::size_t d = 0; d < slots_.size(); ++d) {
        const int slot = static_cast<int>(slots_[d]);
        theta_adj[run / state.replicates * slots_.size() + d] +=
            slot < world_->networks() ? gradient.beta(slot, lane) : gradient.seed(lane);
      }
    }
  }
}

void EpidemicModel::forward_differences(NodeState& state, std::span<double> observations) {
  const std::size_t dimensions = slots_.size();
  const std::size_t variants = 1 + 2 * dimensions;
  std::vector<LaneRun> lanes;
  for (const LaneRun& run : state.runs) {
    lanes.insert(lanes.end(), variants, run);
    for (std::size_t d = 0; d < dimensions; ++d) {
      lanes[lanes.size() - variants + 1 + 2 * d].theta[d] += gradient_.difference_step;
      lanes[lanes.size() - variants + 2 + 2 * d].theta[d] -= gradient_.difference_step;
    }
  }
  const std::vector<double> all = observe_lanes(lanes, state.seed);
  state.jacobian.resize(state.runs.size() * dimensions * outputs());
  for (std::size_t run = 0; run < state.runs.size(); ++run) {
    const auto row = [&](std::size_t variant) {
      return std::span(all).subspan((run * variants + variant) * outputs(), outputs());
    };
    std::ranges::copy(row(0), observations.begin() + static_cast<std::ptrdiff_t>(run * outputs()));
    for (std::size_t d = 0; d < dimensions; ++d) {
      for (std::size_t o = 0; o < outputs(); ++o)
        state.jacobian[(run * dimensions + d) * outputs() + o] =
            (row(1 + 2 * d)[o] - row(2 + 2 * d)[o]) / (2.0 * gradient_.difference_step);
    }
  }
}

void EpidemicModel::adjoint_differences(const NodeState& state, std::span<const double> observations_adj,
                                        std::span<double> theta_adj) const {
  const std::size_t dimensions = slots_.size();
  for (std::size_t run = 0; run < state.runs.size(); ++run) {
    for (std::size_t d = 0; d < dimensions; ++d) {
      double sum = 0.0;
      for (std::size_t o = 0; o < outputs(); ++o)
        sum += state.jacobian[(run * dimensions + d) * outputs() + o] * observations_adj[run * outputs() + o];
      theta_adj[run / state.replicates * dimensions + d] += sum;
    }
  }
}

Var<double> EpidemicModel::observe(Tape<double>& tape, Var<double> theta, const RunNoise& noise) {
  check_that(tape.exec().backend() == Backend::cpu, "EpidemicModel::observe",
             "parameters and observations are small and live on the host: record them on a CPU tape");
  check_that(theta.shape().rank() == 2 && theta.shape().last() == dimensions(), "EpidemicModel::observe",
             fmt::format("theta must have shape [draws][{}]", dimensions()));
  const std::int64_t draws = theta.shape().extent(0);
  const auto runs = static_cast<std::size_t>(draws * noise.replicates);
  const auto parameters = static_cast<std::size_t>(theta.size());
  const bool differences = gradient_.estimator == Estimator::common_noise_differences;
  auto state = std::make_shared<NodeState>();
  state->replicates = static_cast<std::size_t>(noise.replicates);
  state->seed = noise.seed;
  CustomOperation<double> operation;
  operation.forward = [=, this](const Exec&, std::span<const double* const> inputs, double* output) {
    state->runs = lane_runs({inputs[0], parameters}, noise);
    const std::span<double> observations(output, runs * outputs());
    differences ? forward_differences(*state, observations) : forward_reverse_mode(*state, observations);
  };
  operation.adjoint = [=, this](const Exec&, std::span<const double* const>, const double*,
                                const double* output_adj, std::span<double* const> inputs_adj) {
    if (inputs_adj[0] == nullptr) return;
    const std::span<const double> observations_adj(output_adj, runs * outputs());
    const std::span<double> theta_adj(inputs_adj[0], parameters);
    differences ? adjoint_differences(*state, observations_adj, theta_adj)
                : adjoint_reverse_mode(*state, observations_adj, theta_adj);
  };
  return tape.custom("epidemic", {theta},
                     {static_cast<std::int64_t>(runs), static_cast<std::int64_t>(outputs())},
                     std::move(operation));
}

}  // namespace starling
