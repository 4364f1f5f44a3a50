#pragma once

#include <cstdint>
#include <limits>

#include <starling/core/macros.hpp>

namespace starling {

/// Where a person stands in the disease; the numbers are those of the published model.
enum class DiseaseStage : std::uint8_t {
  recovered = 0,
  susceptible = 1,
  exposed = 2,      // infected, not yet infectious
  infectious = 3,   // without symptoms, before them or for good
  symptomatic = 4,  // with symptoms, at home
  severe = 5,       // in hospital
  critical = 6,     // in intensive care
  dead = 7
};
inline constexpr int kDiseaseStages = 8;

/// A change of stage that series count.
enum class DiseaseEvent : std::uint8_t {
  symptom_onset = 0,              // infectious -> symptomatic
  admission = 1,                  // symptomatic -> severe
  intensive_care = 2,             // severe -> critical
  death = 3,                      // critical -> dead
  recovery_from_symptomatic = 4,  // the three ways out of having symptoms, beside death
  recovery_from_severe = 5,
  recovery_from_critical = 6
};
inline constexpr int kDiseaseEvents = 7;

/// Mean and standard deviation of ln(delay in days).
struct LogDelay {
  float mean;
  float sd;
};

/// Time spent in each stage by those who go on to the next one and by those who recover.
struct DiseaseDelays {
  LogDelay exposed;
  LogDelay infectious, infectious_recovery;
  LogDelay symptomatic, symptomatic_recovery;
  LogDelay severe, severe_recovery;
  LogDelay critical, critical_recovery;
};

/// Probability that an infection ever reaches a stage: products of the conditional probabilities, so each is
/// at most the one before.
struct ReachProbabilities {
  float symptomatic;
  float severe;
  float critical;
  float dead;
};

/// The course of one infection: days from infection until each stage is entered, infinite for a stage never
/// entered. Exactly one of `recovered_days` and `dead_days` is finite.
struct DiseaseCourse {
  static constexpr float kNever = std::numeric_limits<float>::infinity();

  float infectious_days = kNever;
  float symptomatic_days = kNever;
  float severe_days = kNever;
  float critical_days = kNever;
  float dead_days = kNever;
  float recovered_days = kNever;
};

/// The stage of a person `days_since_infection` into a course; a stage is entered at its own time, and before
/// infection (negative days) a person is susceptible.
STARLING_HD inline DiseaseStage stage_at(const DiseaseCourse& course, float days_since_infection) {
  if (days_since_infection < 0.0F) return DiseaseStage::susceptible;
  if (days_since_infection >= course.dead_days) return DiseaseStage::dead;
  if (days_since_infection >= course.recovered_days) return DiseaseStage::recovered;
  if (days_since_infection >= course.critical_days) return DiseaseStage::critical;
  if (days_since_infection >= course.severe_days) return DiseaseStage::severe;
  if (days_since_infection >= course.symptomatic_days) return DiseaseStage::symptomatic;
  if (days_since_infection >= course.infectious_days) return DiseaseStage::infectious;
  return DiseaseStage::exposed;
}

/// Days from infection until a course enters a stage from `infectious` to `dead`; infinite for one it never
/// enters.
STARLING_HD inline float stage_days(const DiseaseCourse& course, DiseaseStage stage) {
  switch (stage) {
    case DiseaseStage::infectious:
      return course.infectious_days;
    case DiseaseStage::symptomatic:
      return course.symptomatic_days;
    case DiseaseStage::severe:
      return course.severe_days;
    case DiseaseStage::critical:
      return course.critical_days;
    default:
      return course.dead_days;
  }
}

}  // namespace starling
