#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include <starling/abm/epidemic_model_family.hpp>
#include <starling/core/error.hpp>

#include "../support/backends.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using namespace starling;

constexpr const char* kHousehold = "networks.household.log10_beta";
constexpr const char* kShift = "epidemic.profile_shift_days";
constexpr const char* kSevere = "disease.severe[9]";
constexpr const char* kAttendance = "networks.school.attendance";
const std::vector<std::string> kMixed{kShift, kHousehold, kSevere, kAttendance};

EpidemicSettings configured_settings() {
  EpidemicSettings settings = test::reference_epidemic(14);
  settings.log10_seed_fraction = -1.5;
  settings.disease.severe = std::vector<double>(10, 0.3);
  settings.disease.severe[9] = 0.3;
  settings.networks[1].attendance = AttendanceTable(0.75);
  return settings;
}

/// In the order of structural_three().
EpidemicSettings settings_at(std::span<const double> values) {
  EpidemicSettings settings = configured_settings();
  settings.profile.shift_mean_days = values[0];
  settings.disease.severe[9] = values[1];
  settings.networks[1].attendance = AttendanceTable(values[2]);
  check_disease(settings.disease);
  return settings;
}

StructuralParameters structural_three() {
  const auto nearby = [](double step) {
    return [step](double value) { return points_within({}, value, step); };
  };
  return {{{kShift, 2.12, nearby(0.2)},
           {kSevere, 0.3, nearby(0.01), "beta(3, 7)"},
           {kAttendance, 0.75, nearby(0.1)}},
          settings_at};
}

OutputSettings admissions_and_cases() {
  OutputSettings outputs;
  outputs.targets = {{{Outcome::admission, "age"}, SeriesForm::weekly}, {{std::nullopt, ""}}};
  return outputs;
}

EpidemicModelFamily family_of(const Exec& exec, const Population& population) {
  return {exec, population, configured_settings(), {}, kMixed, admissions_and_cases(), structural_three()};
}

EpidemicModel model_at(const Exec& exec, const Population& population, std::span<const double> structural) {
  return {exec, population, settings_at(structural), {}, {kHousehold}, admissions_and_cases()};
}

// The values of three draws: the first and the last have the same structural ones.
const std::vector<double> kThreeDraws{1.0, 0.7, 0.6, 0.25, 2.12, 0.5, 0.3, 0.75, 1.0, 0.9, 0.6, 0.25};
const std::vector<double> kHouseholdOfDraws{0.7, 0.5, 0.9};

}  // namespace

STARLING_BACKEND_CASE("a family at its configured values is the model itself, bit for bit") {
  const Population population = test::mixed_world(800);
  EpidemicModelFamily family = family_of(exec, population);
  EpidemicModel model = model_at(exec, population, std::vector<double>{2.12, 0.3, 0.75});
  CHECK(family.configured() == std::vector<double>{2.12, model.configured()[0], 0.3, 0.75});
  const RunNoise noise{7, 3};
  RunDetails of_family;
  RunDetails of_model;
  CHECK(family.observe(family.configured(), noise) == model.observe(model.configured(), noise));
  CHECK(family.series(family.configured(), noise, &of_family) ==
        model.series(model.configured(), noise, &of_model));
  CHECK(of_family.new_cases == of_model.new_cases);
  CHECK(of_family.network_cases == of_model.network_cases);
  CHECK(family.new_cases(family.configured(), noise) == of_model.new_cases);
  CHECK(family.agent_steps() == model.agent_steps() + 3 * 800 * 14);
  CHECK(family.models_built() == 0);
}

STARLING_BACKEND_CASE("each draw runs as in a model made from its settings, with the noise of its place") {
  const Population population = test::mixed_world(800);
  EpidemicModelFamily family = family_of(exec, population);
  const RunNoise noise{7, 2};
  RunDetails of_family;
  const std::vector<double> observed = family.observe(kThreeDraws, noise);
  const std::vector<double> series = family.series(kThreeDraws, noise, &of_family);
  CHECK(family.models_built() == 1);
  for (std::size_t draw = 0; draw < 3; ++draw) {
    const double* own = kThreeDraws.data() + draw * 4;
    EpidemicModel model = model_at(exec, population, std::vector<double>{own[0], own[2], own[3]});
    RunDetails of_model;
    const std::vector<double> alone = model.observe(kHouseholdOfDraws, noise);
    const std::vector<double> series_alone = model.series(kHouseholdOfDraws, noise, &of_model);
    REQUIRE(alone.size() == observed.size());
    REQUIRE(series_alone.size() == series.size());
    const auto same_part = [&](const auto& a, const auto& b) {
      const auto part = static_cast<std::ptrdiff_t>(a.size() / 3);
      const auto first = static_cast<std::ptrdiff_t>(draw) * part;
      return std::equal(a.begin() + first, a.begin() + first + part, b.begin() + first);
    };
    CHECK(same_part(observed, alone));
    CHECK(same_part(series, series_alone));
    CHECK(same_part(of_family.new_cases, of_model.new_cases));
    CHECK(same_part(of_family.network_cases, of_model.network_cases));
  }
}

TEST_CASE("what is shared with a sibling does not depend on which settings differ") {
  const Population population = test::mixed_world(400);
  EpidemicModelFamily family = family_of(Exec::cpu(1), population);
  for (const std::vector<double>& structural :
       {std::vector<double>{1.0, 0.3, 0.75}, {2.12, 0.5, 0.75}, {2.12, 0.3, 0.4}, {0.5, 0.1, 0.75}}) {
    EpidemicModel model = model_at(Exec::cpu(1), population, structural);
    const std::vector<double> theta{structural[0], 0.8, structural[1], structural[2]};
    CHECK(family.observe(theta, {3, 2}) == model.observe(std::vector<double>{0.8}, {3, 2}));
    CHECK(family.settings_of(theta).disease.severe[9] == structural[1]);
  }
  CHECK(family.models_built() == 4);
}

STARLING_BACKEND_CASE("derivatives by structural and other parameters are differences with common noise") {
  const Population population = test::mixed_world(800);
  EpidemicModelFamily family = family_of(exec, population);
  const RunNoise noise{5, 2};
  Tape<double> tape(Exec::cpu(1));
  const Var<double> theta = tape.variable({3, 4}, kThreeDraws);
  const Var<double> observed = family.observe(tape, theta, noise);
  CHECK(observed.value() == family.observe(kThreeDraws, noise));
  std::vector<double> weights;
  for (std::int64_t i = 0; i < observed.size(); ++i)
    weights.push_back(std::sin(0.3 * static_cast<double>(i)));
  tape.backward(observed, weights);
  const std::vector<double> adjoint = theta.adjoint();
  const std::vector<double> steps{0.2, GradientSettings{}.difference_step, 0.01, 0.1};
  for (std::size_t p = 0; p < kThreeDraws.size(); ++p) {
    double difference = 0.0;
    for (const double sign : {1.0, -1.0}) {
      std::vector<double> moved = kThreeDraws;
      moved[p] += sign * steps[p % 4];
      const std::vector<double> outputs = family.observe(moved, noise);
      for (std::size_t i = 0; i < outputs.size(); ++i)
        difference += sign * weights[i] * outputs[i] / (2.0 * steps[p % 4]);
    }
    CHECK(adjoint[p] == doctest::Approx(difference).epsilon(1e-9));
    CHECK(std::abs(adjoint[p]) > 1e-3);
  }
}

TEST_CASE("a family calls its hook before each batch of every model") {
  const Population population = test::mixed_world(200);
  EpidemicModelFamily family = family_of(Exec::cpu(1), population);
  (void)family.observe(kThreeDraws, {1, 1});
  int calls = 0;
  family.set_batch_hook([&] { ++calls; });
  (void)family.observe(kThreeDraws, {1, 1});
  CHECK(calls == 2);
  std::vector<double> other = kThreeDraws;
  other[0] = other[8] = 0.9;
  (void)family.observe(other, {1, 1});
  CHECK(calls == 4);
}

TEST_CASE("structural values without a model and estimators without their derivatives are named") {
  const Population population = test::mixed_world(40);
  const auto family = [&](Estimator estimator, std::vector<std::string> paths) {
    GradientSettings gradient;
    gradient.estimator = estimator;
    return EpidemicModelFamily(Exec::cpu(1), population, configured_settings(), gradient, paths, {},
                               structural_three());
  };
  CHECK_THROWS_WITH_AS(family(Estimator::straight_through, kMixed), doctest::Contains(kShift), InputError);
  CHECK_THROWS_WITH_AS(family(Estimator::common_noise_differences, {kShift, kSevere}),
                       doctest::Contains(kAttendance), InputError);
  EpidemicModelFamily good = family(Estimator::common_noise_differences, kMixed);
  const std::vector<double> impossible{2.12, 0.8, 1.5, 0.5};
  CHECK_THROWS_WITH_AS((void)good.observe(impossible, {1, 1}),
                       doctest::Contains("disease.severe[9] = 1.5 from beta(3, 7)"), InputError);
  const std::vector<double> not_finite{2.12, 0.8, std::nan(""), 0.5};
  CHECK_THROWS_WITH_AS((void)good.observe(not_finite, {1, 1}), doctest::Contains(kSevere), InputError);
}

TEST_SUITE_END();
