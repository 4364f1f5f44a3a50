#include <memory>

#include <doctest/doctest.h>

#include <starling/abm/mean_field_epidemic.hpp>

#include "../support/backends.hpp"
#include "../support/epidemic_oracle.hpp"
#include "../support/golden.hpp"
#include "../support/published_world.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using starling::Exec;
using starling::LaneParameters;
using starling::MeanFieldEpidemic;

// The published model's 12-agent world.
struct TinyWorld : starling::test::PublishedWorld {
  TinyWorld() : PublishedWorld("june_tiny_mean_field.json") {}

  MeanFieldEpidemic epidemic(const Exec& exec, starling::PressureLimits<double> limits) const {
    return {std::make_shared<starling::World<double>>(
                starling::test::world_of<double>(exec, population, settings, profiles)),
            std::make_shared<starling::Schedule>(settings), 1, limits};
  }
  LaneParameters parameters() const { return starling::Schedule(settings).configured(1); }
};

// All ages of the tiny world, and those older, of whom there are none.
constexpr std::size_t kGroups = 2;

void check_rows(const std::vector<double>& values, const nlohmann::json& expected) {
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(values[i] == doctest::Approx(expected[i].get<double>()).epsilon(1e-10));
}

}  // namespace

STARLING_BACKEND_CASE(
    "the published mean-field figures and their Jacobian are reproduced with the published floor") {
  const TinyWorld tiny;
  MeanFieldEpidemic epidemic = tiny.epidemic(exec, {1e-6, 100.0});
  const std::vector<double> new_cases = epidemic.run(tiny.parameters(), tiny.initially_infected());
  for (int step = 1; step <= tiny.settings.days; ++step) {
    const auto row = static_cast<std::size_t>(step - 1);
    check_rows(epidemic.infected(step), tiny.golden["infected_after"][row]);
    check_rows(epidemic.susceptibility(step), tiny.golden["susceptibility_after"][row]);
    check_rows(epidemic.infection_time_days(step), tiny.golden["infection_time_after"][row]);
    CHECK(new_cases[(row + 1) * kGroups] ==
          doctest::Approx(tiny.golden["daily_new"][row].get<double>()).epsilon(1e-10));
    std::vector<double> case_adj(new_cases.size(), 0.0);
    case_adj[(row + 1) * kGroups] = 1.0;
    const LaneParameters gradient = epidemic.adjoint(case_adj);
    for (int n = 0; n < 3; ++n) {
      const double expected =
          tiny.golden["jacobian_household_company_school"][row][static_cast<std::size_t>(n)];
      CHECK(gradient.beta(n, 0) == doctest::Approx(expected).epsilon(1e-9));
    }
  }
}

STARLING_BACKEND_CASE("the published infectiousness profile and its slope are reproduced") {
  const nlohmann::json golden = starling::test::golden_json("june_transmission_profile.json");
  starling::InfectiousnessProfiles profiles;
  for (const auto& set : golden["parameter_sets"]) profiles.push_back(set[0], set[1], set[2], set[3]);
  const std::size_t sets = profiles.log_scale.size();
  // Everyone alone in a household of one: the reverse of the exposure is a pass-through with contact 1.
  starling::Csr alone;
  for (std::size_t i = 0; i < sets; ++i) {
    alone.indices.push_back(static_cast<std::int32_t>(i));
    alone.offsets.push_back(static_cast<std::int64_t>(i) + 1);
  }
  const auto population =
      starling::make_population("alone", std::vector<std::uint8_t>(sets, 30), {"household"}, {alone});
  const starling::World<double> world(exec, population, starling::test::household_network(), profiles,
                                      starling::make_case_groups(population, {0, 100}));
  const std::vector<double> ones(sets, 1.0);
  const std::vector<double> zeros(sets, 0.0);
  const starling::Buffer<double> one(exec, ones);
  const starling::Buffer<double> zero(exec, zeros);
  const starling::MeanFieldState<double> state{zero.data(), one.data(), zero.data()};
  for (const auto& row : golden["rows"]) {
    starling::Buffer<double> transmission(exec, zeros);
    starling::Buffer<double> infected_adj(exec, zeros);
    starling::Buffer<double> time_adj(exec, zeros);
    starling::kernels::transmission<starling::MeanFieldState<double>>(
        exec, {static_cast<std::int64_t>(sets), 1, state, world.profile(), row[0], transmission.data()});
    starling::kernels::transmission_adjoint<starling::MeanFieldState<double>>(
        exec, {static_cast<std::int64_t>(sets),
               1,
               state,
               world.profile(),
               row[0],
               world.memberships(),
               one.data(),
               {nullptr, infected_adj.data(), time_adj.data()}});
    const std::vector<double> value = transmission.download();
    const std::vector<double> slope = time_adj.download();
    for (std::size_t i = 0; i < sets; ++i) {
      const double days_since_shift = row[0].get<double>() - profiles.shift_days[i];
      if (row[1][i].is_number() && days_since_shift != 0.0)
        CHECK(value[i] == doctest::Approx(row[1][i].get<double>()).epsilon(1e-10));
      if (row[2][i].is_number() && days_since_shift > 0.0)
        CHECK(-slope[i] == doctest::Approx(row[2][i].get<double>()).epsilon(1e-9));
    }
  }
}

STARLING_BACKEND_CASE("the mean-field adjoint agrees with six-point differences and with forward mode") {
  const starling::Population population = starling::test::mixed_world(300);
  const starling::EpidemicSettings settings = starling::test::reference_epidemic(12);
  const auto profiles = starling::draw_profiles(population.agents(), settings.profile);
  const auto schedule = std::make_shared<starling::Schedule>(settings);
  MeanFieldEpidemic epidemic(std::make_shared<starling::World<double>>(
                                 starling::test::world_of<double>(exec, population, settings, profiles)),
                             schedule, 3);
  LaneParameters parameters(3, 3);
  // Mild enough that no agent reaches the kink of max(0, S - y), where differences mean nothing.
  for (int lane = 0; lane < 3; ++lane) {
    parameters.beta(0, lane) = 0.0 - 0.2 * lane;
    parameters.beta(1, lane) = -0.2 + 0.1 * lane;
    parameters.beta(2, lane) = -0.3 + 0.1 * lane;
    parameters.seed(lane) = -2.0 - 0.1 * lane;
  }
  const std::vector<double> new_cases = epidemic.run(parameters);
  const auto width = static_cast<std::size_t>(epidemic.width());
  std::vector<double> case_adj(new_cases.size());
  for (std::size_t i = 0; i < case_adj.size(); ++i) case_adj[i] = std::sin(0.7 * static_cast<double>(i));
  const LaneParameters gradient = epidemic.adjoint(case_adj);

  const auto outcome = [&](const LaneParameters& at, int lane) {
    const std::vector<double> cases = epidemic.run(at);
    double sum = 0.0;
    for (std::size_t i = static_cast<std::size_t>(lane); i < cases.size(); i += width)
      sum += case_adj[i] * cases[i];
    return sum;
  };
  for (int lane = 0; lane < 3; ++lane) {
    for (int p = 0; p < 4; ++p) {
      double difference = 0.0;
      const double h = 1e-3;
      for (const auto& [offset, weight] : {std::pair{1, 45.0}, {2, -9.0}, {3, 1.0}}) {
        for (const int sign : {1, -1}) {
          LaneParameters moved = parameters;
          double& value = p < 3 ? moved.beta(p, lane) : moved.seed(lane);
          value += sign * offset * h;
          difference += sign * weight * outcome(moved, lane) / (60.0 * h);
        }
      }
      const double reverse = p < 3 ? gradient.beta(p, lane) : gradient.seed(lane);
      CHECK(reverse == doctest::Approx(difference).epsilon(1e-7));
    }
  }

  using Dual = starling::test::Dual<4>;
  const starling::test::EpidemicOracle<Dual> oracle{
      population,
      profiles,
      *schedule,
      {Dual::variable(parameters.beta(0, 1), 0), Dual::variable(parameters.beta(1, 1), 1),
       Dual::variable(parameters.beta(2, 1), 2)}};
  const Dual log10_seed = Dual::variable(parameters.seed(1), 3);
  const auto expected = oracle.run(exp(Dual(std::log(10.0)) * log10_seed),
                                   [](int, std::size_t, const Dual& probability) { return probability; });
  Dual total(0.0);
  for (std::size_t step = 0; step < expected.size(); ++step) {
    for (std::size_t i = 0; i < population.age_years.size(); ++i) {
      const int age = population.age_years[i];
      const std::size_t bin = age < 18 ? 0 : age < 65 ? 1 : 2;
      total = total + Dual(case_adj[(step * 4 + bin) * width + 1]) * expected[step][i];
    }
  }
  CHECK(total.value == doctest::Approx(outcome(parameters, 1)).epsilon(1e-10));
  for (int p = 0; p < 3; ++p)
    CHECK(gradient.beta(p, 1) == doctest::Approx(total.tangent[static_cast<std::size_t>(p)]).epsilon(1e-9));
  CHECK(gradient.seed(1) == doctest::Approx(total.tangent[3]).epsilon(1e-9));
}

TEST_SUITE_END();
