#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace starling {

/// In force from the date `begin` until the day before `end` (ISO dates).
struct PolicyDates {
  std::string begin;
  std::string end;
};

/// Scales the contact rates of networks: distancing, masks, work from home.
struct InteractionPolicy {
  std::string name;
  PolicyDates dates;
  /// Factor by network; "all" stands for every network that is not named.
  std::vector<std::pair<std::string, double>> factors;
};
inline constexpr std::string_view kAllNetworks = "all";

/// Networks that do not meet at all.
struct ClosurePolicy {
  std::string name;
  PolicyDates dates;
  std::vector<std::string> networks;
};

/// From which stage of the disease on people keep away from every network but those at home.
enum class QuarantineStage { infectious, symptomatic, severe, critical };

/// Those who have reached the stage, and neither recovered nor died, keep only the share 1 - compliance of
/// their contacts outside their home, given and received; with `household`, so do the people they live with.
struct QuarantinePolicy {
  std::string name;
  PolicyDates dates;
  QuarantineStage stage = QuarantineStage::symptomatic;
  double compliance = 1.0;
  bool household = false;
};

/// Between the dates the share of the people aged [age_from, age_to) who are vaccinated rises evenly from 0
/// to `coverage`, and stays there.
struct VaccinationPolicy {
  std::string name;
  PolicyDates dates;
  int age_from = 0;  // years
  int age_to = 200;  // years, exclusive
  double coverage = 0.0;
  double efficacy_infection = 0.0;  // share of exposure that no longer infects
  double efficacy_symptoms = 0.0;   // share of the probability of symptoms that is taken from the infected
};

/// Everything that changes contacts by date. Policies in force at the same time multiply.
struct PolicySettings {
  std::vector<InteractionPolicy> interaction;
  std::vector<ClosurePolicy> closure;
  std::vector<QuarantinePolicy> quarantine;
  std::vector<VaccinationPolicy> vaccination;
};

}  // namespace starling
