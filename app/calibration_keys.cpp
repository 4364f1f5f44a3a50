#include <string>
#include <utility>
#include <vector>

#include <starling/app/calibration_keys.hpp>
#include <starling/app/key_builders.hpp>

namespace starling::app {
namespace {

using Keys = std::vector<Key<Configuration>>;

/// Parameters are checked against the networks by require_calibration, once all networks are known.
bool set_parameters(Configuration& configuration, const ConfigurationValue& value) {
  const auto* paths = std::get_if<std::vector<std::string>>(&value);
  if (paths == nullptr) return false;
  configuration.calibrate.parameters = *paths;
  return true;
}

/// A key of [calibrate] that counts something.
template <typename Member>
void add_count(Keys& keys, const std::string& name, Member member, std::int64_t low, std::int64_t high,
               std::string help) {
  keys.push_back(integer_key<Configuration>(
      "calibrate." + name, [=](auto& c) -> auto& { return member(c.calibrate); }, low, high,
      std::move(help)));
}

/// A real-valued key of [calibrate].
template <typename Member>
void add_number(Keys& keys, const std::string& name, Member member, bool (*holds)(double), std::string help) {
  const std::string rule = holds == positive ? "above 0" : holds == not_negative ? "of at least 0" : "";
  keys.push_back(number_key<Configuration>(
      "calibrate." + name, [=](auto& c) -> auto& { return member(c.calibrate); }, holds, rule,
      std::move(help)));
}

void add_objective_keys(Keys& keys) {
  keys.push_back({"calibrate.parameters",
                  "a list of paths of real numbers such as \"networks.household.log10_beta\" or "
                  "\"disease.severe[3]\", or names of calibrate.ties",
                  "what to calibrate", set_parameters,
                  [](const Configuration& c) -> ConfigurationValue { return c.calibrate.parameters; }});
  keys.push_back(text_key<Configuration>(
      "calibrate.observed", [](auto& c) -> auto& { return c.calibrate.observed; }, not_empty,
      "\"synthetic\" or the path of a CSV file", "the series to explain"));
  keys.push_back({"calibrate.truth_seed", "an integer of at least 0",
                  "seed of the synthetic observation; from the run's seed when absent",
                  [](Configuration& c, const ConfigurationValue& value) {
                    const auto* seed = std::get_if<std::int64_t>(&value);
                    if (seed == nullptr || *seed < 0) return false;
                    c.calibrate.truth_seed = static_cast<std::uint64_t>(*seed);
                    return true;
                  },
                  [](const Configuration& c) -> ConfigurationValue {
                    if (!c.calibrate.truth_seed) return std::string();
                    return static_cast<std::int64_t>(*c.calibrate.truth_seed);
                  }});
  keys.push_back(choice_key<Configuration>(
      "calibrate.loss", [](auto& c) -> auto& { return c.calibrate.loss; },
      std::vector<std::pair<std::string, LossKind>>{{"measured_noise", LossKind::measured_noise},
                                                    {"log_mse", LossKind::log_mse}},
      "distance between simulated and observed series"));
  add_number(
      keys, "weight", [](auto& c) -> auto& { return c.weight; }, positive,
      "w: the objective is E[loss] + w KL(q || prior)");
  add_number(
      keys, "prior.mean", [](auto& c) -> auto& { return c.prior.mean; }, any,
      "mean of the normal prior of parameters that calibrate.priors does not name");
  add_number(
      keys, "prior.sd", [](auto& c) -> auto& { return c.prior.sd; }, positive,
      "standard deviation of the normal prior of parameters that calibrate.priors does not name");
}

void add_training_keys(Keys& keys) {
  add_count(
      keys, "samples", [](auto& c) -> auto& { return c.samples; }, 1, 1024,
      "parameter draws per epoch, run as lanes of one pass");
  add_count(
      keys, "replicates", [](auto& c) -> auto& { return c.replicates; }, 1, 1024,
      "independent simulations of each draw");
  add_count(
      keys, "epochs", [](auto& c) -> auto& { return c.epochs; }, 1, 100000000, "steps of the optimiser");
  add_count(
      keys, "kl_samples", [](auto& c) -> auto& { return c.kl_samples; }, 1, 10000000,
      "draws that estimate the divergence from the prior");
  add_number(
      keys, "learning_rate", [](auto& c) -> auto& { return c.learning_rate; }, positive,
      "largest step of the optimiser");
  add_count(
      keys, "warm_up_epochs", [](auto& c) -> auto& { return c.warm_up_epochs; }, 0, 100000000,
      "epochs over which the step grows to its largest");
  add_number(
      keys, "weight_decay", [](auto& c) -> auto& { return c.weight_decay; }, not_negative,
      "decoupled weight decay of the flow");
  add_number(
      keys, "clip_norm", [](auto& c) -> auto& { return c.clip_norm; }, positive,
      "gradients with a larger norm are shortened to it");
  add_count(
      keys, "noise_runs", [](auto& c) -> auto& { return c.noise_runs; }, 2, 10000000,
      "repeated runs that measure the simulator's noise");
  add_count(
      keys, "posterior_samples", [](auto& c) -> auto& { return c.posterior_samples; }, 1, 100000000,
      "rows of posterior.csv");
  add_count(
      keys, "predictive_runs", [](auto& c) -> auto& { return c.predictive_runs; }, 1, 1000000,
      "simulations of posterior draws");
  keys.push_back(boolean_key<Configuration>(
      "calibrate.gradcheck", [](auto& c) -> auto& { return c.calibrate.gradcheck; },
      "whether to compare the gradient of the loss with differences, gradient.check_runs of each, after the "
      "fit"));
  add_count(
      keys, "flow.layers", [](auto& c) -> auto& { return c.flow.layers; }, 1, 256, "layers of the flow");
  add_count(
      keys, "flow.hidden", [](auto& c) -> auto& { return c.flow.hidden; }, 1, 65536,
      "width of the hidden layers of each conditioner");
  add_count(
      keys, "flow.blocks", [](auto& c) -> auto& { return c.flow.blocks; }, 1, 64,
      "hidden blocks of each conditioner");
}

}  // namespace

void add_calibration_keys(Keys& keys) {
  add_objective_keys(keys);
  add_training_keys(keys);
}

}  // namespace starling::app
