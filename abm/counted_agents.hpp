#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <starling/abm/vaccination.hpp>
#include <starling/abm/world.hpp>
#include <starling/core/buffer.hpp>
#include <starling/kernels/segment_sum.hpp>

namespace starling {

/// The agents of each counted group (kernels/counted_groups.hpp), for sums of real numbers over them in one
/// fixed order: cases are counted in integers, which need none. Memory: 4 bytes an agent, and
/// [pieces][columns] in double of groups of more than kShortSegment agents.
class CountedAgents {
 public:
  /// With a vaccination, infections of each vaccination status are counted apart; null: they are not.
  CountedAgents(const World<float>& world, int counted_groups, const Vaccination* vaccination);

  /// sums[g][c] = sum over the agents that an infection at this step would count in group g of values[i][c],
  /// added in double. Agents are sorted on the host, once, and again on steps when somebody is vaccinated.
  void sum(int step, const float* values, std::int64_t columns, float* sums);

 private:
  [[nodiscard]] std::size_t group_at(std::size_t agent, int step) const;
  [[nodiscard]] bool regrouped(int one, int other) const;
  void sort(int step);

  Exec exec_;
  int groups_;                                   // of one vaccination status
  int counted_groups_;                           // of all
  std::vector<std::uint16_t> group_;             // [agents]
  std::vector<std::int16_t> vaccination_step_;   // [agents], empty without a vaccination
  std::vector<std::uint8_t> policy_;             // [agents], the same
  std::vector<std::int16_t> vaccination_steps_;  // on which anybody is vaccinated, ascending
  int sorted_at_ = -1;
  std::optional<SegmentTable> agents_;  // [counted groups] segments
  Buffer<double> workspace_;
};

}  // namespace starling
