#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/abm/counted_agents.hpp>
#include <starling/abm/lane_parameters.hpp>
#include <starling/abm/pressure_tangents.hpp>
#include <starling/abm/sampled_epidemic.hpp>
#include <starling/core/buffer.hpp>

namespace starling {

/// Forward mode through sampled runs: beside the state of each lane, rebuilt from its events, runs the
/// tangent of the state along several directions of the parameters, so that one pass gives the derivatives of
/// all counted cases along all directions. It is the transpose of SampledEpidemic::adjoint, equal to rounding
/// as long as the tangents are; bounded where they explode (kernels/infection.hpp).
///
/// Column d * width + l of a row belongs to direction d and lane l; rows are padded to whole tiles of four
/// columns. Memory does not grow with the number of steps, but for the results and the slopes of the rates,
/// [steps + 1][counted groups + networks][columns]: 12 B an agent and column in float (tangents of ever
/// infected and of the infection time, and of what the agent gives) and 4 B a cell and column, 4 B more an
/// agent and column where policies quarantine, and 20 to 28 B an agent and lane for what the columns of a
/// lane share. One step moves 36 B an agent and column and 8 B gathered per membership and column, beside
/// the forward step and one adjoint of the infection in each lane.
class SampledTangents {
 public:
  /// The epidemic must outlive this. Throws InputError for less than one direction and when immunity wanes.
  SampledTangents(SampledEpidemic& epidemic, int directions);

  [[nodiscard]] int directions() const { return directions_; }
  /// Length of a row: directions() * width of the epidemic, padded to a whole tile.
  [[nodiscard]] int columns() const { return columns_; }

  /// Derivatives of SampledEpidemic::new_cases along the directions, each with the lanes of the trajectory's
  /// parameters; `slope` as for the adjoint. Compliances and efficacies of policies have no derivative.
  /// [steps + 1][counted groups][columns]
  [[nodiscard]] std::vector<float> new_cases(const Trajectory& trajectory,
                                             std::span<const LaneParameters> directions, SampledSlope slope);

 private:
  void start(const Trajectory& trajectory, std::span<const LaneParameters> directions);
  void upload_directions(const LaneParameters& parameters, std::span<const LaneParameters> directions);
  void seed(const Trajectory& trajectory, const SampledSlope& slope);
  void step(const Trajectory& trajectory, int step, const SampledSlope& slope);
  /// What a new infection is worth and what it costs, of every agent and lane.
  void linearise_infection(const EventState& state, const SampledSlope& slope,
                           const IsolationView<float>& isolation);
  void transmit(const EventState& state, const SampledSlope& slope, const IsolationView<float>& isolation);
  void infect(const EventState& state, bool apart);
  /// Adds up the tangents of an infection, [agents][columns], over the agents that it would count among.
  void count(int step, const float* case_tangent);

  SampledEpidemic& epidemic_;
  int directions_;
  int columns_;
  PressureTangents pressure_;
  CountedAgents counted_agents_;
  // [agents][columns]
  Buffer<float> infected_tangent_, infection_time_tangent_;
  Buffer<float> transmission_tangent_;  // and, once the cells have taken it, the tangent of an infection
  Buffer<float> transmission_outside_tangent_;  // of schedules with quarantine, else empty
  // [agents][width]
  Buffer<float> home_slope_, depletion_slope_;
  Buffer<float> by_infected_, by_time_;
  Buffer<float> outside_slope_, kept_outside_;  // of schedules with quarantine, else empty
  Buffer<float> no_adjoint_;                    // zeros
  Buffer<float> one_case_;                      // [counted groups][width] ones
  Buffer<float> fraction_tangent_;              // [columns]
  Buffer<float> log_rate_tangent_;              // [steps + 1][networks][columns]
  Buffer<float> new_cases_tangent_;             // [steps + 1][counted groups][columns]
};

}  // namespace starling
