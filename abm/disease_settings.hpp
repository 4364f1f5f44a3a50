#pragma once

#include <array>
#include <vector>

#include <starling/abm/age_table.hpp>
#include <starling/kernels/disease_course.hpp>

namespace starling {

/// A log-normal delay by its own mean and standard deviation in days; a standard deviation of 0 is a fixed
/// delay.
struct LogNormalDelay {
  double mean_days;
  double sd_days;

  /// Mean and standard deviation of ln(delay): ln(m^2 / sqrt(m^2 + s^2)) and sqrt(ln(1 + s^2 / m^2)).
  [[nodiscard]] double log_mean() const;
  [[nodiscard]] double log_sd() const;
  /// The delay whose logarithm has this mean and standard deviation.
  [[nodiscard]] static LogNormalDelay from_logarithm(double log_mean, double log_sd);
};

/// What happens to an infected person: exposed -> infectious -> symptomatic -> severe -> critical -> dead,
/// with recovery instead from each stage but exposed.
///
/// Probabilities are conditional on having reached the stage before, one for each age band (or one for all).
/// The defaults are those of Covasim (Kerr et al., PLOS Comput. Biol. 17, 2021, e1009149, parameters by age),
/// whose table gives them per infection; each row was divided by the one before.
struct DiseaseSettings {
  std::vector<int> age_bands{0, 10, 20, 30, 40, 50, 60, 70, 80, 90};  // lowest ages, the last band is open
  std::vector<double> symptomatic{0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.9};  // of the infected
  std::vector<double> severe{0.001, 0.003, 0.012, 0.032, 0.049,
                             0.102, 0.166, 0.243, 0.273, 0.273};  // of the symptomatic
  std::vector<double> critical{0.06,    0.048485, 0.05,    0.05,    0.062974,
                               0.12196, 0.27402,  0.43200, 0.70899, 0.70899};  // of the severe
  std::vector<double> fatal{0.66667, 0.25,   0.27778, 0.30769, 0.4537,
                            0.28403, 0.2105, 0.27334, 0.476,   0.92939};  // of the critical

  LogNormalDelay latent{4.5, 1.5};                       // exposed to infectious
  LogNormalDelay presymptomatic{1.1, 0.9};               // infectious to symptomatic
  LogNormalDelay onset_to_admission{6.6, 4.9};           // symptomatic to severe
  LogNormalDelay admission_to_intensive_care{1.5, 2.0};  // severe to critical
  LogNormalDelay intensive_care_to_death{10.7, 4.8};     // critical to dead
  LogNormalDelay asymptomatic_recovery{8.0, 2.0};        // infectious to recovered
  LogNormalDelay symptomatic_recovery{8.0, 2.0};         // symptomatic to recovered
  LogNormalDelay severe_recovery{18.1, 6.3};             // severe to recovered
  LogNormalDelay critical_recovery{18.1, 6.3};           // critical to recovered
};

/// The course as GradABM-JUNE 0.1.8 ships it, for comparison with its runs: Covasim's probabilities per
/// infection taken as conditional ones, so that far too few people die.
DiseaseSettings published_disease();

/// Throws InputError "disease: name = value, expected rule" for bands that do not start at 0 and ascend below
/// 100, for lists that have neither one value nor one per band, for probabilities outside [0, 1] and for
/// delays without a positive mean.
void check_disease(const DiseaseSettings& settings);

/// Row of the age-dependent tables: the band of a person of `age_years` (100 and more: the last).
int disease_age_class(const DiseaseSettings& settings, int age_years);

/// Ages at which a probability changes, ascending from 0: people counted together must not lie on both sides
/// of one. A part of age_bands.
std::vector<int> disease_age_edges(const DiseaseSettings& settings);

/// Probability of progressing from each stage by age, conditional on being in it.
/// [kDiseaseStages][kTableAges]
using DiseaseProbabilities = std::array<AgeTable, kDiseaseStages>;
DiseaseProbabilities disease_probabilities(const DiseaseSettings& settings);

/// Factors on the conditional probabilities of a lane, as natural logarithms; a product above 1 counts as 1.
struct DiseaseSeverity {
  double log_symptomatic = 0.0;
  double log_severe = 0.0;
  double log_critical = 0.0;
  double log_fatal = 0.0;
};

/// Probability of each event for an infected person of an age class. [kDiseaseEvents]
using EventProbabilities = std::array<double, kDiseaseEvents>;
EventProbabilities event_probabilities(const DiseaseSettings& settings, int age_class,
                                       const DiseaseSeverity& severity = {});

/// The same as the kernels read it.
ReachProbabilities reach_probabilities(const DiseaseSettings& settings, int age_class,
                                       const DiseaseSeverity& severity = {});
DiseaseDelays disease_delays(const DiseaseSettings& settings);

}  // namespace starling
