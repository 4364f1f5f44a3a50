// The published program's runs with hard Gumbel-Softmax samples. Sampled runs here draw their noise from
// Philox and have other rules at ties, so the published sampler stands in this file; pressures and the
// reverse sweep through them are the library's.
#include <array>
#include <cmath>
#include <memory>
#include <numbers>

#include <doctest/doctest.h>

#include <starling/abm/pressure_field.hpp>
#include <starling/abm/schedule.hpp>
#include <starling/kernels/infection.hpp>
#include <starling/kernels/transmission.hpp>

#include "../support/backends.hpp"
#include "../support/epidemic_oracle.hpp"
#include "../support/golden.hpp"
#include "../support/published_world.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

namespace {

using starling::Buffer;
using starling::Exec;
using starling::MeanFieldPressureField;
using starling::MeanFieldState;
using starling::Schedule;
using Values = std::vector<double>;

constexpr double kFloor = 1e-6;  // bounds on the published pressure, per day
constexpr double kCap = 100.0;
constexpr double kTieSlope = 0.5;  // torch.maximum shares the derivative of a tie
constexpr const char* kNetworks[] = {"household", "company", "school"};

// The published sample of an infection of probability p with the noise of (not infected, infected).
struct PublishedSample {
  double hard;
  double slope;  // dy / dp

  PublishedSample(double p, double noise_escaped, double noise_infected, double temperature) {
    const double z = (std::log(p) + noise_infected - std::log1p(-p) - noise_escaped) / temperature;
    const double soft = 1.0 / (1.0 + std::exp(-z));
    hard = z > 0.0 ? 1.0 : 0.0;
    slope = soft * (1.0 - soft) / (temperature * p * (1.0 - p));
  }
};

struct GumbelWorld : starling::test::PublishedWorld {
  GumbelWorld() : PublishedWorld("june_tiny_gumbel.json") {}

  [[nodiscard]] PublishedSample sample(int step, std::size_t agent, double probability) const {
    const auto& noise = golden["gumbel"][static_cast<std::size_t>(step - 1)];
    return {probability, noise[0][agent], noise[1][agent], golden["temperature"]};
  }
  [[nodiscard]] Values row(const char* name, int step) const {
    return golden[name][static_cast<std::size_t>(step - 1)];
  }
};

// The recorded state before a step.
struct RecordedState {
  Values susceptibility, infected, infection_time;

  RecordedState(const GumbelWorld& world, int step) {
    infected = world.initially_infected();
    infection_time.assign(infected.size(), 0.0);
    for (int k = 1; k < step; ++k) {
      const Values fresh = world.row("new_infected", k);
      for (std::size_t i = 0; i < fresh.size(); ++i) {
        if (fresh[i] == 1.0) infection_time[i] = k;
        infected[i] += fresh[i];
      }
    }
    for (const double x : infected) susceptibility.push_back(1.0 - x);
  }
};

// The library's pressures of the world in double, one lane.
struct Pressures {
  std::shared_ptr<starling::World<double>> world;
  Schedule schedule;
  MeanFieldPressureField field;
  Values rates;  // [steps + 1][networks]
  Buffer<double> susceptibility, infected, infection_time, transmission;

  Pressures(const Exec& exec, const GumbelWorld& from)
      : world(std::make_shared<starling::World<double>>(
            starling::test::world_of<double>(exec, from.population, from.settings, from.profiles))),
        schedule(from.settings),
        field(*world, 1),
        rates(schedule.rates<double>(schedule.configured(1), 1)),
        susceptibility(exec, world->agents()),
        infected(exec, world->agents()),
        infection_time(exec, world->agents()),
        transmission(exec, world->agents()) {}

  [[nodiscard]] MeanFieldState<double> state() const {
    return {susceptibility.data(), infected.data(), infection_time.data()};
  }

  void transmit(const RecordedState& before, int step) {
    susceptibility.upload(before.susceptibility);
    infected.upload(before.infected);
    infection_time.upload(before.infection_time);
    starling::kernels::transmission<MeanFieldState<double>>(
        world->exec(), {.agents = world->agents(),
                        .lanes = 1,
                        .state = state(),
                        .profile = world->profile(),
                        .now_days = schedule.calendar().record(step).now_days,
                        .transmission = transmission.data()});
  }

  // The pressure with the given rates. [networks]
  void press(int step, const Buffer<double>& rate) {
    field.compute(*world, schedule.meetings(step), {transmission.data(), transmission.data()}, rate.data());
  }
  [[nodiscard]] Values rates_of(int step) const {
    return {rates.begin() + 3 * step, rates.begin() + 3 * (step + 1)};
  }

  // Sum of an agent's cells. Nobody is told apart, so its cells are its venues.
  [[nodiscard]] Values exposure(const starling::Population& population) const {
    Values cells(static_cast<std::size_t>(world->cells()));
    world->exec().copy_to_host(cells.data(), field.pressure(), world->cells() * 8);
    Values result;
    for (std::size_t i = 0; i < population.age_years.size(); ++i) {
      result.push_back(0.0);
      for (auto k = population.memberships.offsets[i]; k < population.memberships.offsets[i + 1]; ++k)
        result.back() +=
            cells[static_cast<std::size_t>(population.memberships.indices[static_cast<std::size_t>(k)])];
    }
    return result;
  }
};

void check_values(const Values& values, const Values& expected, double tolerance) {
  REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(std::abs(values[i] - expected[i]) <= tolerance * std::max(1.0, std::abs(expected[i])));
}

}  // namespace

TEST_CASE("the published program's hard run with given noise and its Jacobian are reproduced") {
  const GumbelWorld world;
  const Schedule schedule(world.settings);
  using Dual = starling::test::Dual<3>;
  std::vector<Dual> log10_beta;
  for (int n = 0; n < 3; ++n)
    log10_beta.push_back(Dual::variable(world.settings.networks[static_cast<std::size_t>(n)].log10_beta, n));
  const starling::test::EpidemicOracle<Dual> oracle{world.population,
                                                    world.profiles,
                                                    schedule,
                                                    log10_beta,
                                                    {.floor = kFloor, .cap = kCap, .tie_slope = kTieSlope}};
  const Values initial = world.initially_infected();
  double largest_error = 0.0;
  const auto new_infected = oracle.run(Dual(0.0), [&](int step, std::size_t agent, const Dual& probability) {
    if (step == 0) return Dual(initial[agent]);
    largest_error = std::max(
        largest_error, std::abs(1.0 - probability.value - world.row("escape_probability", step)[agent]));
    const PublishedSample sample = world.sample(step, agent, probability.value);
    return chain(probability, sample.hard, sample.slope);
  });
  CHECK(largest_error < 1e-12);
  for (int step = 1; step <= world.settings.days; ++step) {
    const auto at = static_cast<std::size_t>(step);
    Dual daily(0.0);
    for (std::size_t i = 0; i < initial.size(); ++i) {
      CHECK(new_infected[at][i].value == world.row("new_infected", step)[i]);
      daily = daily + new_infected[at][i];
    }
    check_values({daily.tangent.begin(), daily.tangent.end()},
                 world.row("jacobian_household_company_school", step), 1e-10);
  }
}

STARLING_BACKEND_CASE(
    "pressures network by network and escapes are the published ones in every recorded state") {
  const GumbelWorld world;
  Pressures pressures(exec, world);
  for (int step = 1; step <= world.settings.days; ++step) {
    const RecordedState before(world, step);
    pressures.transmit(before, step);
    check_values(pressures.transmission.download(), world.row("transmission", step), 1e-12);
    for (std::size_t n = 0; n < 3; ++n) {
      Values alone(3, 0.0);
      alone[n] = pressures.rates_of(step)[n];
      pressures.press(step, Buffer<double>(exec, alone));
      Values felt = pressures.exposure(world.population);
      for (std::size_t i = 0; i < felt.size(); ++i) felt[i] *= before.susceptibility[i];
      check_values(felt, world.golden["exposure"][kNetworks[n]][static_cast<std::size_t>(step - 1)], 1e-12);
    }
    pressures.press(step, Buffer<double>(exec, pressures.rates_of(step)));
    Buffer<double> s(exec, world.population.agents());
    Buffer<double> x(exec, world.population.agents());
    Buffer<double> t(exec, world.population.agents());
    starling::kernels::mean_field_infection<double>(exec, {.agents = world.population.agents(),
                                                           .lanes = 1,
                                                           .memberships = pressures.world->memberships(),
                                                           .pressure = pressures.field.pressure(),
                                                           .duration_days = 1.0,
                                                           .now_days = static_cast<double>(step),
                                                           .limits = {kFloor, kCap},
                                                           .before = pressures.state(),
                                                           .susceptibility = s.data(),
                                                           .infected = x.data(),
                                                           .infection_time_days = t.data()});
    Values escape = x.download();
    for (std::size_t i = 0; i < escape.size(); ++i) escape[i] = 1.0 + before.infected[i] - escape[i];
    check_values(escape, world.row("escape_probability", step), 1e-12);
  }
}

STARLING_BACKEND_CASE(
    "the reverse sweep through pressures, with the published sampler, gives the published Jacobian") {
  const GumbelWorld world;
  Pressures pressures(exec, world);
  const auto agents = static_cast<std::size_t>(world.population.agents());
  for (int outcome = 1; outcome <= world.settings.days; ++outcome) {
    Values s_adj(agents, 0.0), x_adj(agents, 0.0), t_adj(agents, 0.0), beta_adj(3, 0.0);
    for (int step = outcome; step >= 1; --step) {
      const RecordedState before(world, step);
      pressures.transmit(before, step);
      const Buffer<double> rate(exec, pressures.rates_of(step));
      pressures.press(step, rate);
      const Values raw = pressures.exposure(world.population);
      const Values y = world.row("new_infected", step);
      Values raw_adj(agents, 0.0);
      for (std::size_t i = 0; i < agents; ++i) {
        const double kept = before.susceptibility[i] - y[i] > 0.0 ? 1.0 : kTieSlope;
        const double y_adj = (step == outcome ? 1.0 : 0.0) + x_adj[i] +
                             t_adj[i] * (step - before.infection_time[i]) - kept * s_adj[i];
        const double felt = before.susceptibility[i] * raw[i];
        const double p = -std::expm1(-std::clamp(felt, kFloor, kCap));
        const bool limited = felt < kFloor || felt > kCap;
        const double felt_adj = limited ? 0.0 : y_adj * world.sample(step, i, p).slope * (1.0 - p);
        raw_adj[i] = before.susceptibility[i] * felt_adj;
        s_adj[i] = kept * s_adj[i] + raw[i] * felt_adj;
        t_adj[i] *= 1.0 - y[i];
      }
      const Buffer<double> device_raw_adj(exec, raw_adj);
      Buffer<double> log_rate_adj(exec, 3);
      log_rate_adj.fill_zero();
      pressures.field.adjoint(*pressures.world, pressures.schedule.meetings(step),
                              {device_raw_adj.data(), device_raw_adj.data()}, rate.data(),
                              log_rate_adj.data());
      for (std::size_t n = 0; n < 3; ++n) beta_adj[n] += std::numbers::ln10 * log_rate_adj.download()[n];
      Buffer<double> infected_adj(exec, x_adj);
      Buffer<double> time_adj(exec, t_adj);
      starling::kernels::transmission_adjoint<MeanFieldState<double>>(
          exec, {.agents = world.population.agents(),
                 .lanes = 1,
                 .state = pressures.state(),
                 .profile = pressures.world->profile(),
                 .now_days = static_cast<double>(step),
                 .memberships = pressures.world->memberships(),
                 .venue_adj = pressures.field.cell_adj(),
                 .adj = {nullptr, infected_adj.data(), time_adj.data()}});
      x_adj = infected_adj.download();
      t_adj = time_adj.download();
    }
    check_values(beta_adj, world.row("jacobian_household_company_school", outcome), 1e-10);
  }
}

TEST_SUITE_END();
