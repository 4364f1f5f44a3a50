#include <algorithm>

#include <starling/app/estimator_names.hpp>

namespace starling::app {

const std::vector<std::pair<std::string, Estimator>>& estimator_names() {
  static const std::vector<std::pair<std::string, Estimator>> names{
      {"straight_through", Estimator::straight_through},
      {"straight_through_undepleted", Estimator::straight_through_undepleted},
      {"straight_through_anchored", Estimator::straight_through_anchored},
      {"smoothed_one_sided", Estimator::smoothed_one_sided},
      {"smoothed_two_sided", Estimator::smoothed_two_sided},
      {"gumbel_softmax", Estimator::gumbel_softmax},
      {"transmission_chains", Estimator::transmission_chains},
      {"common_noise_differences", Estimator::common_noise_differences},
      {"mean_field", Estimator::mean_field},
      {"event_flips", Estimator::event_flips},
      {"controlled_flips", Estimator::controlled_flips},
      {"event_scores", Estimator::event_scores},
  };
  return names;
}

const std::string& name_of(Estimator estimator) {
  return std::ranges::find(estimator_names(), estimator, &std::pair<std::string, Estimator>::second)->first;
}

GradientSettings with_estimator(GradientSettings settings, Estimator estimator) {
  settings.estimator = estimator;
  if (!sweeps_runs(estimator)) settings.mode = SweepMode::reverse;
  return settings;
}

}  // namespace starling::app
