#include <algorithm>

#include <starling/abm/isolation.hpp>
#include <starling/abm/lane_shares.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

DiseaseStage stage_of(QuarantineStage stage) {
  switch (stage) {
    case QuarantineStage::infectious:
      return DiseaseStage::infectious;
    case QuarantineStage::symptomatic:
      return DiseaseStage::symptomatic;
    case QuarantineStage::severe:
      return DiseaseStage::severe;
    case QuarantineStage::critical:
      break;
  }
  return DiseaseStage::critical;
}

std::vector<DiseaseStage> stages_of(const Policies& policies) {
  std::vector<DiseaseStage> stages;
  for (const auto& placed : policies.quarantines()) stages.push_back(stage_of(placed.policy.stage));
  return stages;
}

std::vector<std::uint8_t> classes_of_groups(const World<float>& world, const DiseaseSettings& disease) {
  std::vector<std::uint8_t> classes;
  for (const int age : world.group_ages())
    classes.push_back(static_cast<std::uint8_t>(disease_age_class(disease, age)));
  return classes;
}

std::vector<ReachProbabilities> reach_of_classes(const DiseaseSettings& disease) {
  check_disease(disease);
  std::vector<ReachProbabilities> reach;
  for (std::size_t k = 0; k < disease.age_bands.size(); ++k)
    reach.push_back(reach_probabilities(disease, static_cast<int>(k)));
  return reach;
}

}  // namespace

Isolation::Isolation(const World<float>& world, const Schedule& schedule, const DiseaseSettings& disease,
                     int width)
    : width_(width),
      from_stage_(stages_of(schedule.policies())),
      earliest_stage_(*std::ranges::min_element(from_stage_)),
      delays_(disease_delays(disease)),
      class_of_group_(world.exec(), classes_of_groups(world, disease)),
      reach_(world.exec(), reach_of_classes(disease)),
      kept_share_(world.exec(), static_cast<std::int64_t>(from_stage_.size()) * width),
      flags_(world.exec(), world.agents() * width),
      home_flags_(world.exec(), world.home_cells() * width),
      free_after_(world.exec(), world.agents() * width) {
  forget_courses();
  const auto& quarantines = schedule.policies().quarantines();
  for (std::size_t p = 0; p < quarantines.size(); ++p) {
    if (!quarantines[p].policy.household) continue;
    check_that(world.home_cells() > 0, "policies." + quarantines[p].policy.name,
               "concerns households, but no network is at home (networks.<name>.at_home)");
    household_ = static_cast<std::uint8_t>(household_ | 1U << p);
  }
}

void Isolation::upload(const Schedule& schedule, const LaneParameters& parameters) {
  kept_share_.upload(shares_left<float>(schedule.policies().quarantines(), parameters, width_));
}

void Isolation::forget_courses() {
  free_after_.fill_zero();
}

IsolationView<float> Isolation::compute(const World<float>& world, const Schedule& schedule,
                                        const EventState& state, const InfectionNoise& noise,
                                        const VaccinationView<float>& symptoms) {
  const std::vector<int>& in_force = schedule.policies().quarantines_on(state.step);
  if (in_force.empty()) return {};
  IsolationArgs args{.agents = world.agents(),
                     .lanes = width_,
                     .step = state.step,
                     .now_days = static_cast<float>(schedule.calendar().record(state.step).now_days),
                     .seed = noise.seed,
                     .lane_sample = noise.lane_sample,
                     .step_time_days = state.step_time_days,
                     .infection_step = state.infection_step,
                     .group = world.group(),
                     .class_of_group = class_of_group_.data(),
                     .reach = reach_.data(),
                     .delays = delays_,
                     .in_force = 0,
                     .from_stage = {},
                     .flags = flags_.data(),
                     .symptoms = symptoms,
                     .earliest_stage = earliest_stage_,
                     .free_after = symptoms.share_left == nullptr ? free_after_.data() : nullptr};
  for (const int policy : in_force) {
    args.in_force = static_cast<std::uint8_t>(args.in_force | 1U << static_cast<unsigned>(policy));
    args.from_stage[policy] = from_stage_[static_cast<std::size_t>(policy)];
  }
  kernels::isolation(world.exec(), args);
  if ((args.in_force & household_) != 0) {
    kernels::home_isolation(world.exec(), {.homes = world.home_cells(),
                                           .lanes = width_,
                                           .members = world.home_members(),
                                           .household = household_,
                                           .flags = flags_.data(),
                                           .home_flags = home_flags_.data()});
    kernels::joined_isolation(world.exec(), {.agents = world.agents(),
                                             .lanes = width_,
                                             .memberships = world.memberships(),
                                             .homes = world.home_cells(),
                                             .home_flags = home_flags_.data(),
                                             .flags = flags_.data()});
  }
  return {flags_.data(), kept_share_.data(), world.home_cells()};
}

}  // namespace starling
