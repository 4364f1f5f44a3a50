#include <algorithm>
#include <cstddef>

#include <starling/abm/lane_shares.hpp>
#include <starling/abm/sampled_epidemic.hpp>
#include <starling/core/check.hpp>

namespace starling {

int SampledEpidemic::counted_groups() const {
  const auto vaccines = static_cast<int>(schedule_->policies().vaccinations().size());
  return world_->groups() * (rules_.vaccination_eases_symptoms ? 1 + vaccines : 1);
}

VaccinationView<float> SampledEpidemic::vaccination() const {
  if (!rules_.vaccination) return {};
  return {rules_.vaccination->step(), rules_.vaccination->policy(), vaccinated_susceptibility_.data()};
}

VaccinationView<float> SampledEpidemic::symptoms() const {
  if (!rules_.vaccination || !rules_.vaccination_eases_symptoms) return {};
  return {rules_.vaccination->step(), rules_.vaccination->policy(), vaccinated_symptoms_.data()};
}

CountedGroups SampledEpidemic::counted() const {
  if (!rules_.vaccination || !rules_.vaccination_eases_symptoms) return {world_->group()};
  return {world_->group(), rules_.vaccination->step(), rules_.vaccination->policy(), world_->groups()};
}

void SampledEpidemic::upload_efficacies(const LaneParameters& parameters) {
  const auto& vaccinations = schedule_->policies().vaccinations();
  if (vaccinations.empty()) return;
  vaccinated_susceptibility_.upload(shares_left<float>(vaccinations, parameters, width_, kEfficacyInfection));
  const auto symptoms_left = shares_left<float>(vaccinations, parameters, width_, kEfficacySymptoms);
  check_that(rules_.vaccination_eases_symptoms ||
                 std::ranges::count(symptoms_left, 1.0F) == static_cast<std::ptrdiff_t>(symptoms_left.size()),
             "SampledEpidemic",
             "vaccines have an efficacy against symptoms, but the rules do not count their cases apart");
  vaccinated_symptoms_.upload(symptoms_left);
}

}  // namespace starling
