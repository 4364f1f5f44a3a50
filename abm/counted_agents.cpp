#include <algorithm>
#include <utility>

#include <starling/abm/counted_agents.hpp>

namespace starling {

namespace {

template <class Value>
std::vector<Value> host_copy(const World<float>& world, const Value* values) {
  std::vector<Value> result(static_cast<std::size_t>(world.agents()));
  world.exec().copy_to_host(result.data(), values, world.agents() * static_cast<std::int64_t>(sizeof(Value)));
  return result;
}

}  // namespace

CountedAgents::CountedAgents(const World<float>& world, int counted_groups, const Vaccination* vaccination)
    : exec_(world.exec()),
      groups_(world.groups()),
      counted_groups_(counted_groups),
      group_(host_copy(world, world.group())),
      workspace_(world.exec(), 0) {
  if (vaccination == nullptr) return;
  vaccination_step_ = host_copy(world, vaccination->step());
  policy_ = host_copy(world, vaccination->policy());
  vaccination_steps_ = vaccination_step_;
  std::ranges::sort(vaccination_steps_);
  vaccination_steps_.erase(std::unique(vaccination_steps_.begin(), vaccination_steps_.end()),
                           vaccination_steps_.end());
}

std::size_t CountedAgents::group_at(std::size_t agent, int step) const {
  const std::size_t own = group_[agent];
  if (vaccination_step_.empty() || step < vaccination_step_[agent]) return own;
  return own + (std::size_t{policy_[agent]} + 1) * static_cast<std::size_t>(groups_);
}

// Whether anybody's status differs between the two steps.
bool CountedAgents::regrouped(int one, int other) const {
  const auto by = [&](int step) { return std::ranges::upper_bound(vaccination_steps_, step); };
  return by(one) != by(other);
}

void CountedAgents::sort(int step) {
  std::vector<std::int64_t> offsets(static_cast<std::size_t>(counted_groups_) + 1, 0);
  for (std::size_t agent = 0; agent < group_.size(); ++agent) ++offsets[group_at(agent, step) + 1];
  for (std::size_t g = 1; g < offsets.size(); ++g) offsets[g] += offsets[g - 1];
  std::vector<std::int64_t> next = offsets;
  std::vector<std::int32_t> agents(group_.size());
  for (std::size_t agent = 0; agent < group_.size(); ++agent)
    agents[static_cast<std::size_t>(next[group_at(agent, step)]++)] = static_cast<std::int32_t>(agent);
  agents_.emplace(exec_, offsets, agents);
  sorted_at_ = step;
}

void CountedAgents::sum(int step, const float* values, std::int64_t columns, float* sums) {
  if (!agents_ || regrouped(sorted_at_, step)) sort(step);
  const SegmentView segments = agents_->view();
  const std::int64_t needed = segment_sum_workspace(segments, columns);
  if (workspace_.size() < needed) workspace_ = Buffer<double>(exec_, needed);
  kernels::segment_sum<float>(exec_, {.segments = segments,
                                      .inner = columns,
                                      .x = values,
                                      .y = sums,
                                      .mode = GradientMode::overwrite,
                                      .workspace = workspace_.data()});
}

}  // namespace starling
