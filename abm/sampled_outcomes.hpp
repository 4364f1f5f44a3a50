#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/abm/disease_settings.hpp>
#include <starling/core/buffer.hpp>
#include <starling/kernels/outcome_counts.hpp>

namespace starling {

/// The agents whose outcomes are counted and where.
struct OutcomeAgents {
  std::vector<std::uint8_t> age_years;  // [agents]
  std::vector<int> cell;                // [agents] -1 for none
  int cells = 1;
};

/// Outcomes drawn for each infected agent of sampled runs. An agent's course is a function of (seed, sample,
/// agent), so runs with the same noise differ in outcomes only where infections differ; nothing is stored for
/// a run.
class SampledOutcomes {
 public:
  /// `record_time_days` [records]. Throws InputError for agents whose lists disagree and for more than 65535
  /// cells.
  SampledOutcomes(const Exec& exec, const DiseaseSettings& settings, std::span<const double> record_time_days,
                  const OutcomeAgents& agents);

  /// Events [kDiseaseEvents][records][cells][width] of runs with infection steps [agents][width] in the
  /// memory of the same context; lane l draws the numbers of sample lane_sample[l], one per lane of the
  /// width. `severity` is empty or has one entry per lane; `symptoms` is the share of the probability of
  /// symptoms that vaccines leave, in the memory of the same context.
  [[nodiscard]] std::vector<std::int64_t> events(const Buffer<std::int16_t>& infection_step,
                                                 std::uint64_t seed,
                                                 std::span<const std::uint32_t> lane_sample,
                                                 std::span<const DiseaseSeverity> severity = {},
                                                 const VaccinationView<float>& symptoms = {}) const;

 private:
  Exec exec_;
  DiseaseSettings settings_;
  int cells_;
  Buffer<float> step_time_days_;    // [records]
  Buffer<std::uint8_t> age_class_;  // [agents]
  Buffer<std::uint16_t> cell_;      // [agents]
};

}  // namespace starling
