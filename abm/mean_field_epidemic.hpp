#pragma once

#include <memory>
#include <span>
#include <vector>

#include <starling/abm/lane_parameters.hpp>
#include <starling/abm/pressure_field.hpp>
#include <starling/abm/schedule.hpp>
#include <starling/abm/world.hpp>
#include <starling/core/buffer.hpp>
#include <starling/kernels/infection.hpp>

namespace starling {

/// The epidemic with every sampled infection replaced by its probability, in double. It is smooth in the
/// parameters, so its reverse sweep can be held against finite differences; the published model's mean-field
/// figures are reproduced with its limits on the pressure. Keeps the states of all steps: for small worlds.
class MeanFieldEpidemic {
 public:
  MeanFieldEpidemic(std::shared_ptr<const World<double>> world, std::shared_ptr<const Schedule> schedule,
                    int lanes, PressureLimits<double> limits = {});

  [[nodiscard]] int width() const { return width_; }

  /// Runs all steps from `infected` [agents] in every lane, or, when it is empty, from the seed fraction of
  /// every agent. Returns expected new infections [steps + 1][groups][width].
  std::vector<double> run(const LaneParameters& parameters, std::span<const double> infected = {});

  /// Adjoint of the parameters of the latest run, given the adjoint of its result. The seed fraction's is 0
  /// when the run was given its initial infections.
  LaneParameters adjoint(std::span<const double> new_cases_adj);

  /// State after `step` of the latest run. [agents][width]
  [[nodiscard]] std::vector<double> infected(int step) const {
    return states_.at(index(step)).infected.download();
  }
  [[nodiscard]] std::vector<double> susceptibility(int step) const {
    return states_.at(index(step)).susceptibility.download();
  }
  [[nodiscard]] std::vector<double> infection_time_days(int step) const {
    return states_.at(index(step)).infection_time_days.download();
  }

 private:
  struct State {
    Buffer<double> susceptibility, infected, infection_time_days;  // [agents][width]
    State(const Exec& exec, std::int64_t size)
        : susceptibility(exec, size), infected(exec, size), infection_time_days(exec, size) {}
    [[nodiscard]] MeanFieldState<double> view() const {
      return {susceptibility.data(), infected.data(), infection_time_days.data()};
    }
    [[nodiscard]] AgentStateAdjoint<double> adjoint_view() {
      return {susceptibility.data(), infected.data(), infection_time_days.data()};
    }
  };
  static std::size_t index(int step) { return static_cast<std::size_t>(step); }

  void set_initial_state(std::span<const double> infected);
  void compute_pressure(int step);
  void reverse_step(int step, const Buffer<double>& case_adj, State& adj);
  [[nodiscard]] std::vector<double> count_new_cases() const;
  [[nodiscard]] LaneParameters collect(std::span<const double> first_case_adj, const State& adj) const;
  [[nodiscard]] const double* rates(int step) const;

  std::shared_ptr<const World<double>> world_;
  std::shared_ptr<const Schedule> schedule_;
  int width_;
  PressureLimits<double> limits_;
  MeanFieldPressureField field_;
  Buffer<double> transmission_;  // [agents][width]
  Buffer<double> raw_adj_;       // [agents][width]
  Buffer<double> rates_;         // [steps + 1][networks][width]
  Buffer<double> log_rate_adj_;  // [steps + 1][networks][width]
  std::vector<State> states_;    // [steps + 1]
  LaneParameters parameters_;
  bool seeded_by_fraction_ = true;
};

}  // namespace starling
