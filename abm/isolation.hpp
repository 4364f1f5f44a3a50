#pragma once

#include <cstdint>
#include <vector>

#include <starling/abm/disease_settings.hpp>
#include <starling/abm/lane_parameters.hpp>
#include <starling/abm/schedule.hpp>
#include <starling/abm/world.hpp>
#include <starling/core/buffer.hpp>
#include <starling/kernels/contact_reduction.hpp>
#include <starling/kernels/infection.hpp>
#include <starling/kernels/isolation.hpp>

namespace starling {

/// Who keeps away from others under the quarantine policies of a schedule, rebuilt for each step from the
/// infection steps and the courses of the disease that the same random numbers give.
class Isolation {
 public:
  /// Throws InputError for a world without a network at home when a policy concerns households.
  Isolation(const World<float>& world, const Schedule& schedule, const DiseaseSettings& disease, int width);

  /// What of the parameters the policies need: the shares of contacts kept.
  void upload(const Schedule& schedule, const LaneParameters& parameters);

  /// To be called when the random numbers change, and with them all courses.
  void forget_courses();

  /// The view of a step, computed now; one without flags when no policy is in force. `symptoms` is the share
  /// of the probability of symptoms that vaccines leave.
  IsolationView<float> compute(const World<float>& world, const Schedule& schedule, const EventState& state,
                               const InfectionNoise& noise, const VaccinationView<float>& symptoms = {});

 private:
  int width_;
  std::vector<DiseaseStage> from_stage_;  // [policies]
  DiseaseStage earliest_stage_;
  std::uint8_t household_ = 0;  // bits of the policies for whole households
  DiseaseDelays delays_;
  Buffer<std::uint8_t> class_of_group_;  // [groups]
  Buffer<ReachProbabilities> reach_;     // [age classes]
  Buffer<float> kept_share_;             // [policies][width]
  Buffer<std::uint8_t> flags_;           // [agents][width]
  Buffer<std::uint8_t> home_flags_;      // [home cells][width]
  Buffer<std::uint8_t> free_after_;      // [agents][width]
};

}  // namespace starling
