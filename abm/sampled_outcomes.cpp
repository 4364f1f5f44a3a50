#include <limits>

#include <starling/abm/sampled_outcomes.hpp>
#include <starling/core/check.hpp>
#include <starling/core/lanes.hpp>

namespace starling {

namespace {

constexpr const char* kPlace = "SampledOutcomes";
constexpr std::uint16_t kNoCell = std::numeric_limits<std::uint16_t>::max();

std::vector<std::uint8_t> age_classes(const DiseaseSettings& settings,
                                      const std::vector<std::uint8_t>& age_years) {
  check_disease(settings);
  std::vector<std::uint8_t> classes;
  classes.reserve(age_years.size());
  for (const std::uint8_t age : age_years)
    classes.push_back(static_cast<std::uint8_t>(disease_age_class(settings, age)));
  return classes;
}

std::vector<std::uint16_t> cells_of(const OutcomeAgents& agents) {
  check_equal_size(kPlace, "cell", static_cast<std::int64_t>(agents.cell.size()),
                   static_cast<std::int64_t>(agents.age_years.size()));
  check_in_range(kPlace, "cells", agents.cells, 1, kNoCell);
  std::vector<std::uint16_t> cells;
  cells.reserve(agents.cell.size());
  for (const int cell : agents.cell) {
    check_in_range(kPlace, "cell", cell, -1, agents.cells - 1);
    cells.push_back(cell < 0 ? kNoCell : static_cast<std::uint16_t>(cell));
  }
  return cells;
}

}  // namespace

SampledOutcomes::SampledOutcomes(const Exec& exec, const DiseaseSettings& settings,
                                 std::span<const double> record_time_days, const OutcomeAgents& agents)
    : exec_(exec),
      settings_(settings),
      cells_(agents.cells),
      step_time_days_(exec, std::vector<float>(record_time_days.begin(), record_time_days.end())),
      age_class_(exec, age_classes(settings, agents.age_years)),
      cell_(exec, cells_of(agents)) {}

std::vector<std::int64_t> SampledOutcomes::events(const Buffer<std::int16_t>& infection_step,
                                                  std::uint64_t seed,
                                                  std::span<const std::uint32_t> lane_sample,
                                                  std::span<const DiseaseSeverity> severity,
                                                  const VaccinationView<float>& symptoms) const {
  const int width = checked_int32(kPlace, "lane_sample", static_cast<std::int64_t>(lane_sample.size()));
  check_equal_size(kPlace, "infection_step", infection_step.size(), cell_.size() * width);
  check_that(lane_width(width) == width, kPlace, "lane_sample must have a compiled width; see lane_width()");
  if (!severity.empty())
    check_equal_size(kPlace, "severity", static_cast<std::int64_t>(severity.size()), width);
  std::vector<ReachProbabilities> reach;
  for (std::size_t k = 0; k < settings_.age_bands.size(); ++k) {
    for (std::size_t lane = 0; lane < lane_sample.size(); ++lane)
      reach.push_back(reach_probabilities(settings_, static_cast<int>(k),
                                          severity.empty() ? DiseaseSeverity{} : severity[lane]));
  }
  const Buffer<ReachProbabilities> device_reach(exec_, reach);
  const Buffer<std::uint32_t> device_samples(exec_, lane_sample);
  Buffer<std::int64_t> counts(exec_, std::int64_t{kDiseaseEvents} * step_time_days_.size() * cells_ * width);
  counts.fill_zero();
  kernels::outcome_counts(exec_, {.agents = cell_.size(),
                                  .lanes = width,
                                  .steps = static_cast<int>(step_time_days_.size()) - 1,
                                  .cells = cells_,
                                  .seed = seed,
                                  .lane_sample = device_samples.data(),
                                  .step_time_days = step_time_days_.data(),
                                  .infection_step = infection_step.data(),
                                  .age_class = age_class_.data(),
                                  .cell = cell_.data(),
                                  .reach = device_reach.data(),
                                  .delays = disease_delays(settings_),
                                  .counts = counts.data(),
                                  .symptoms = symptoms});
  return counts.download();
}

}  // namespace starling
