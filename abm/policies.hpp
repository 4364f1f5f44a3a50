#pragma once

#include <span>
#include <string>
#include <vector>

#include <starling/abm/calendar.hpp>
#include <starling/abm/network_settings.hpp>
#include <starling/abm/policy_settings.hpp>

namespace starling {

/// A number of a policy that may differ between lanes.
struct PolicyValue {
  std::string path;         // its configuration key, such as "policies.lockdown.factors.company"
  double configured = 0.0;  // in [low, high]
  double low = 0.0;
  double high = 1.0;
};

/// Where the values of a vaccination policy stand, counted from its first.
inline constexpr int kEfficacyInfection = 0;
inline constexpr int kEfficacySymptoms = 1;

/// Policies laid out over the steps of a calendar and the networks of an epidemic. Their numbers (factors,
/// compliances, efficacies) are values of their own, so that each lane can have its own.
class Policies {
 public:
  /// Throws InputError for dates that do not exist, for numbers out of range, for networks that are not
  /// configured (listing those that are), for two policies of one name, and for a policy that can never act:
  /// one that ends before it begins, lies outside the calendar, or concerns networks that do not meet then.
  Policies(const PolicySettings& settings, const Calendar& calendar,
           const std::vector<NetworkSettings>& networks);

  [[nodiscard]] const std::vector<PolicyValue>& values() const { return values_; }
  /// Values whose product scales the contact rate of the network on the step.
  [[nodiscard]] std::span<const int> factors(int step, int network) const {
    return factors_[cell(step, network)];
  }
  [[nodiscard]] bool closed(int step, int network) const { return closed_[cell(step, network)]; }

  /// One policy of quarantine or vaccination and where its first value stands.
  template <class Policy>
  struct Placed {
    Policy policy;
    int first_value;
  };
  /// Value: compliance.
  [[nodiscard]] const std::vector<Placed<QuarantinePolicy>>& quarantines() const { return quarantines_; }
  /// Quarantine policies in force on the step, as positions in quarantines().
  [[nodiscard]] const std::vector<int>& quarantines_on(int step) const {
    return quarantines_on_.at(static_cast<std::size_t>(step));
  }
  /// Values: the efficacies at kEfficacyInfection and kEfficacySymptoms.
  [[nodiscard]] const std::vector<Placed<VaccinationPolicy>>& vaccinations() const { return vaccinations_; }
  /// A value of a vaccination policy.
  [[nodiscard]] const PolicyValue& value_of(const Placed<VaccinationPolicy>& placed, int value) const {
    return values_.at(static_cast<std::size_t>(placed.first_value) + static_cast<std::size_t>(value));
  }

 private:
  class Builder;
  [[nodiscard]] std::size_t cell(int step, int network) const {
    return static_cast<std::size_t>(step) * static_cast<std::size_t>(networks_) +
           static_cast<std::size_t>(network);
  }

  int networks_ = 0;
  std::vector<PolicyValue> values_;
  std::vector<std::vector<int>> factors_;  // [steps + 1][networks]
  std::vector<bool> closed_;               // [steps + 1][networks]
  std::vector<Placed<QuarantinePolicy>> quarantines_;
  std::vector<std::vector<int>> quarantines_on_;  // [steps + 1]
  std::vector<Placed<VaccinationPolicy>> vaccinations_;
};

/// Whether vaccination can keep infected people from having symptoms: some efficacy against symptoms is above
/// 0 or among the `calibrated` paths.
bool vaccination_eases_symptoms(const Policies& policies, std::span<const std::string> calibrated);

/// Throws InputError for a vaccination policy that can never act: all its efficacies are 0 and none is among
/// the `calibrated` paths.
void check_vaccinations_act(const Policies& policies, std::span<const std::string> calibrated);

}  // namespace starling
