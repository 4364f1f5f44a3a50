#include <starling/abm/captured_epidemic.hpp>
#include <starling/core/check.hpp>

namespace starling {

CapturedEpidemic::CapturedEpidemic(std::shared_ptr<SampledEpidemic> epidemic, int lanes)
    : epidemic_(std::move(epidemic)), trajectory_(epidemic_->new_trajectory(lanes)) {}

const Trajectory& CapturedEpidemic::run(const LaneParameters& parameters, const LaneNoise& noise) {
  check_equal_size("CapturedEpidemic::run", "parameters' lanes", parameters.lanes,
                   trajectory_.parameters.lanes);
  epidemic_->upload(trajectory_, parameters, noise);
  if (!steps_ || noise.seed != captured_seed_) {
    steps_ = Graph::capture(epidemic_->world().exec(), [this] { epidemic_->simulate(trajectory_); });
    captured_seed_ = noise.seed;
  }
  steps_->launch();
  return trajectory_;
}

}  // namespace starling
