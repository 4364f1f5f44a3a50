#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <starling/app/configuration.hpp>
#include <starling/inference/local_derivatives.hpp>

namespace starling::app {

/// What fewer contacts of one network, from a date on, do to the expectation of one outcome. Differences are
/// over runs with the same noise.
struct RestrictionEffect {
  MeanEstimate of_one_percent;     // change by 1 % fewer contacts, from runs with slightly more and less
  MeanEstimate with_double_step;   // the same from differences of double the size
  bool steps_agree = true;         // within three standard errors
  MeanEstimate of_ten_percent;     // change by 10 % fewer contacts
  MeanEstimate of_twenty_percent;  // by 20 %
};

struct RestrictionEffects {
  std::vector<std::string> networks;
  std::vector<MeanEstimate> unrestricted;  // [outcomes]
  std::vector<RestrictionEffect> effects;  // [networks][outcomes]

  [[nodiscard]] const RestrictionEffect& at(int network, int outcome) const {
    return effects[static_cast<std::size_t>(network) * unrestricted.size() +
                   static_cast<std::size_t>(outcome)];
  }
  /// Places of the networks by the size of the change of one outcome, the largest first.
  [[nodiscard]] std::vector<int> ranking(int outcome) const;
};

/// A factor of its own on the contacts of some networks from sensitivity.restrict_from to the end of the run,
/// 1 unless a run says otherwise: an interaction policy beside the configured ones.
class ContactRestriction {
 public:
  /// Concerns sensitivity.restrict, by default all networks that meet from the date on; none without a date.
  /// Throws InputError for a date outside the run and for networks that are not configured or do not meet.
  explicit ContactRestriction(const Configuration& configuration);

  [[nodiscard]] const std::vector<std::string>& networks() const { return networks_; }
  /// The configuration with the policy.
  [[nodiscard]] Configuration applied_to(Configuration configuration) const;
  /// The factors among the parameters of its model. [networks]
  [[nodiscard]] std::vector<std::string> paths() const;
  /// Model inputs [rows][paths + networks] of inputs without the factors [rows][paths]; without factors
  /// [rows][networks] all are 1.
  [[nodiscard]] std::vector<double> with_factors(const std::vector<double>& inputs, std::size_t rows,
                                                 std::span<const double> factors = {}) const;

 private:
  std::string name_;
  std::string from_;
  std::vector<std::string> networks_;
};

/// Of outcomes as a function of the factors [rows][networks], each row with noise of its own: differences of
/// `step` to both sides of 1 and of double that. Runs the function rows times (2 + 6 networks).
RestrictionEffects restriction_effects(const NoisyFunction& outcomes_of_factors,
                                       const std::vector<std::string>& networks, std::size_t rows,
                                       double step, std::uint64_t noise);

}  // namespace starling::app
