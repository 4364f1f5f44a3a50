#include <cmath>
#include <functional>
#include <vector>

#include <doctest/doctest.h>

#include <starling/abm/pressure_field.hpp>
#include <starling/abm/profile.hpp>
#include <starling/abm/world.hpp>
#include <starling/core/random.hpp>
#include <starling/kernels/infection.hpp>
#include <starling/kernels/lane_sum.hpp>
#include <starling/kernels/transmission.hpp>

#include "../support/backends.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("kernels");

namespace {

using namespace starling;
using Values = std::vector<double>;

constexpr std::int64_t kSizes[] = {1, 31, 32, 33, 257, 3001};
constexpr int kLanes = 4;

// Smooth pseudo-random numbers in (low, high), different for every `stream`.
Values numbers(std::int64_t n, std::uint32_t stream, double low, double high) {
  Values values;
  for (std::int64_t i = 0; i < n; ++i)
    values.push_back(low + (high - low) * uniform_double(random_word(17, static_cast<std::uint32_t>(i),
                                                                     stream, 0, Draw::test)));
  return values;
}

double dot(const Values& a, const Values& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

Values moved(const Values& at, const Values& direction, double h) {
  Values result = at;
  for (std::size_t i = 0; i < at.size(); ++i) result[i] += h * direction[i];
  return result;
}

// Six-point central difference of f at 0.
double slope_at_zero(const std::function<double(double)>& f) {
  const double h = 1e-3;
  return (45.0 * (f(h) - f(-h)) - 9.0 * (f(2 * h) - f(-2 * h)) + (f(3 * h) - f(-3 * h))) / (60.0 * h);
}

World<double> world_of(const Exec& exec, const Population& population) {
  return test::world_of<double>(exec, population, test::reference_epidemic(1),
                                draw_profiles(population.agents(), {}));
}

// Sum over each agent's venues of values [venues][kLanes].
Values gathered(const Population& population, const Values& values) {
  Values result(static_cast<std::size_t>(population.agents() * kLanes), 0.0);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::size_t agent = i / kLanes;
    for (auto k = population.memberships.offsets[agent]; k < population.memberships.offsets[agent + 1]; ++k)
      result[i] +=
          values[static_cast<std::size_t>(population.memberships.indices[static_cast<std::size_t>(k)]) *
                     kLanes +
                 i % kLanes];
  }
  return result;
}

Values download(const Exec& exec, const double* data, std::int64_t n) {
  Values values(static_cast<std::size_t>(n));
  exec.copy_to_host(values.data(), data, n * 8);
  return values;
}

}  // namespace

STARLING_BACKEND_CASE("the adjoint of venue pressure is the transpose of its derivative") {
  for (const std::int64_t agents : kSizes) {
    const Population population = test::mixed_world(agents);
    const World<double> world = world_of(exec, population);
    const std::int64_t n = agents * kLanes;
    const Values transmission = numbers(n, 1, 0.0, 1.0);
    const Values raw_adj = numbers(n, 2, -1.0, 1.0);
    const Values rates = numbers(3 * kLanes, 3, 0.5, 8.0);
    const Meetings meetings{{true, agents % 2 == 1, true}, DayType::weekday};
    MeanFieldPressureField field(world, kLanes);
    const Buffer<double> device_transmission(exec, transmission);
    const Buffer<double> device_rates(exec, rates);
    const Buffer<double> device_raw_adj(exec, raw_adj);
    Buffer<double> log_rate_adj(exec, 3 * kLanes);
    field.compute(world, meetings, {device_transmission.data(), device_transmission.data()},
                  device_rates.data());
    const Values raw = gathered(population, download(exec, field.pressure(), world.cells() * kLanes));
    field.adjoint(world, meetings, {device_raw_adj.data(), device_raw_adj.data()}, device_rates.data(),
                  log_rate_adj.data());
    const Values transmission_adj =
        gathered(population, download(exec, field.cell_adj(), world.cells() * kLanes));
    const double forward = dot(raw_adj, raw);
    CHECK(dot(transmission_adj, transmission) == doctest::Approx(forward).epsilon(1e-12));
    // The pressure is proportional to the rate, so the sum of the derivatives by ln rate is the value itself.
    double by_log_rate = 0.0;
    for (const double value : log_rate_adj.download()) by_log_rate += value;
    CHECK(by_log_rate == doctest::Approx(forward).epsilon(1e-12));
  }
}

STARLING_BACKEND_CASE(
    "sampled venue pressure equals a double-precision sum, also for venues of several segments") {
  for (const std::int64_t agents : kSizes) {
    const Population population = test::mixed_world(agents);
    const auto world =
        test::world_of<float>(exec, population, test::reference_epidemic(1), draw_profiles(agents, {}));
    const Values transmission = numbers(agents * kLanes, 1, 0.0, 1.0);
    std::vector<Quanta> quanta;
    for (const double value : transmission) quanta.push_back(quantise(static_cast<float>(value)));
    const std::vector<float> rates(3 * kLanes, 2.0F);
    SampledPressureField field(world, kLanes);
    const Buffer<Quanta> device_quanta(exec, quanta);
    const Buffer<float> device_rates(exec, rates);
    field.compute(world, Meetings{{true, true, true}, DayType::weekday},
                  {device_quanta.data(), device_quanta.data()}, device_rates.data());
    std::vector<float> pressure(static_cast<std::size_t>(world.cells() * kLanes));
    exec.copy_to_host(pressure.data(), field.pressure(), world.cells() * kLanes * 4);
    for (std::size_t venue = 0; venue < static_cast<std::size_t>(world.cells()); ++venue) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        double sum = 0.0;
        for (auto k = population.members.offsets[venue]; k < population.members.offsets[venue + 1]; ++k)
          sum +=
              transmission[static_cast<std::size_t>(population.members.indices[static_cast<std::size_t>(k)]) *
                               kLanes +
                           lane];
        const double expected = 2.0 * contact_probability(population.people[venue]) * sum;
        CHECK(std::abs(static_cast<double>(pressure[venue * kLanes + lane]) - expected) <=
              1e-6 * expected + 1e-7);
      }
    }
  }
}

STARLING_BACKEND_CASE("the adjoint of transmission is the transpose of its derivative") {
  using State = MeanFieldState<double>;
  for (const std::int64_t agents : kSizes) {
    const Population population = test::mixed_world(agents);
    const World<double> world = world_of(exec, population);
    const std::int64_t n = agents * kLanes;
    const Values infected = numbers(n, 1, 0.1, 1.0);
    const Values times = numbers(n, 2, 0.0, 5.0);
    const Values infected_direction = numbers(n, 3, -1.0, 1.0);
    const Values time_direction = numbers(n, 4, -1.0, 1.0);
    const Values venue_adj = numbers(world.cells() * kLanes, 5, -1.0, 1.0);
    const Values transmission_adj = gathered(population, venue_adj);
    const auto value = [&](double h) {
      const Buffer<double> x(exec, moved(infected, infected_direction, h));
      const Buffer<double> t(exec, moved(times, time_direction, h));
      Buffer<double> out(exec, n);
      kernels::transmission<State>(
          exec, {agents, kLanes, {x.data(), x.data(), t.data()}, world.profile(), 12.0, out.data()});
      return dot(transmission_adj, out.download());
    };
    const Buffer<double> x(exec, infected);
    const Buffer<double> t(exec, times);
    const Buffer<double> device_venue_adj(exec, venue_adj);
    Buffer<double> x_adj(exec, n);
    Buffer<double> t_adj(exec, n);
    x_adj.fill_zero();
    t_adj.fill_zero();
    kernels::transmission_adjoint<State>(exec, {agents,
                                                kLanes,
                                                {x.data(), x.data(), t.data()},
                                                world.profile(),
                                                12.0,
                                                world.memberships(),
                                                device_venue_adj.data(),
                                                {nullptr, x_adj.data(), t_adj.data()}});
    const double reverse = dot(x_adj.download(), infected_direction) + dot(t_adj.download(), time_direction);
    CHECK(reverse == doctest::Approx(slope_at_zero(value)).epsilon(1e-9));
  }
}

STARLING_BACKEND_CASE("the adjoint of a mean-field infection step is the transpose of its derivative") {
  using State = MeanFieldState<double>;
  for (const std::int64_t agents : kSizes) {
    const Population population = test::mixed_world(agents);
    const World<double> world = world_of(exec, population);
    const std::int64_t n = agents * kLanes;
    const std::int64_t venue_cells = world.cells() * kLanes;
    const Values at[] = {numbers(n, 1, 0.6, 1.0), numbers(n, 2, 0.0, 0.3), numbers(n, 3, 0.0, 4.0),
                         numbers(venue_cells, 4, 0.01, 0.1)};
    const Values direction[] = {numbers(n, 5, -1.0, 1.0), numbers(n, 6, -1.0, 1.0), numbers(n, 7, -1.0, 1.0),
                                numbers(venue_cells, 8, -0.1, 0.1)};
    const Values after_adj[] = {numbers(n, 9, -1.0, 1.0), numbers(n, 10, -1.0, 1.0),
                                numbers(n, 11, -1.0, 1.0)};
    const Values case_adj = numbers(world.groups() * kLanes, 12, -1.0, 1.0);
    std::vector<std::uint16_t> groups(static_cast<std::size_t>(agents));
    exec.copy_to_host(groups.data(), world.group(), agents * 2);
    const auto value = [&](double h) {
      const Buffer<double> s(exec, moved(at[0], direction[0], h));
      const Values infected_before = moved(at[1], direction[1], h);
      const Buffer<double> x(exec, infected_before);
      const Buffer<double> t(exec, moved(at[2], direction[2], h));
      const Buffer<double> pressure(exec, moved(at[3], direction[3], h));
      Buffer<double> s_after(exec, n);
      Buffer<double> x_after(exec, n);
      Buffer<double> t_after(exec, n);
      kernels::mean_field_infection<double>(exec, {agents,
                                                   kLanes,
                                                   world.memberships(),
                                                   pressure.data(),
                                                   0.5,
                                                   6.0,
                                                   {},
                                                   {s.data(), x.data(), t.data()},
                                                   s_after.data(),
                                                   x_after.data(),
                                                   t_after.data()});
      const Values infected_after = x_after.download();
      double sum = dot(after_adj[0], s_after.download()) + dot(after_adj[1], infected_after) +
                   dot(after_adj[2], t_after.download());
      for (std::size_t i = 0; i < infected_after.size(); ++i)
        sum += case_adj[groups[i / kLanes] * kLanes + i % kLanes] * (infected_after[i] - infected_before[i]);
      return sum;
    };
    const Buffer<double> s(exec, at[0]);
    const Buffer<double> x(exec, at[1]);
    const Buffer<double> t(exec, at[2]);
    const Buffer<double> pressure(exec, at[3]);
    Buffer<double> s_adj(exec, after_adj[0]);
    Buffer<double> x_adj(exec, after_adj[1]);
    Buffer<double> t_adj(exec, after_adj[2]);
    const Buffer<double> device_case_adj(exec, case_adj);
    Buffer<double> raw_adj(exec, n);
    kernels::infection_adjoint<State>(exec, {agents,
                                             kLanes,
                                             world.memberships(),
                                             pressure.data(),
                                             0.5,
                                             6.0,
                                             {},
                                             {},
                                             {s.data(), x.data(), t.data()},
                                             {world.group()},
                                             device_case_adj.data(),
                                             {s_adj.data(), x_adj.data(), t_adj.data()},
                                             raw_adj.data()});
    const double reverse = dot(s_adj.download(), direction[0]) + dot(x_adj.download(), direction[1]) +
                           dot(t_adj.download(), direction[2]) +
                           dot(raw_adj.download(), gathered(population, direction[3]));
    CHECK(reverse == doctest::Approx(slope_at_zero(value)).epsilon(1e-9));
  }
}

STARLING_BACKEND_CASE("the Gumbel-Softmax slope is that of the relaxed two-class sample") {
  // One household of everybody: the exposure is the venue's pressure.
  constexpr std::int64_t kAgents = 257;
  constexpr double kTemperature = 0.1;
  Csr household;
  for (std::int32_t i = 0; i < kAgents; ++i) household.indices.push_back(i);
  household.offsets.push_back(kAgents);
  const Population population =
      make_population("one", std::vector<std::uint8_t>(kAgents, 30), {"household"}, {household});
  const World<float> world(exec, population, test::household_network(), draw_profiles(kAgents, {}),
                           make_case_groups(population, {0, 100}));
  const std::vector<float> lanes_pressure{1e-5F, 0.01F, 0.5F, 3.0F};
  const Buffer<float> pressure(exec, lanes_pressure);
  const Buffer<std::int16_t> never(exec, std::vector<std::int16_t>(kAgents * kLanes, kNeverInfected));
  const Buffer<float> times(exec, std::vector<float>(10, 0.0F));
  const Buffer<std::uint32_t> samples(exec, std::vector<std::uint32_t>{0, 1, 2, 3});
  const Buffer<float> case_adj(exec, std::vector<float>(2 * kLanes, 1.0F));
  Buffer<float> s_adj(exec, kAgents * kLanes);
  Buffer<float> x_adj(exec, kAgents * kLanes);
  Buffer<float> t_adj(exec, kAgents * kLanes);
  Buffer<float> raw_adj(exec, kAgents * kLanes);
  for (auto* buffer : {&s_adj, &x_adj, &t_adj}) buffer->fill_zero();
  const SampledSlope slope{
      InfectionSlope::gumbel_softmax, static_cast<float>(kTemperature), {99, samples.data()}};
  kernels::infection_adjoint<EventState>(exec, {kAgents,
                                                kLanes,
                                                world.memberships(),
                                                pressure.data(),
                                                0.5F,
                                                6.0F,
                                                {},
                                                slope,
                                                {never.data(), times.data(), 3},
                                                {world.group()},
                                                case_adj.data(),
                                                {s_adj.data(), x_adj.data(), t_adj.data()},
                                                raw_adj.data()});
  const std::vector<float> result = raw_adj.download();
  double largest = 0.0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double x = 0.5 * static_cast<double>(lanes_pressure[i % kLanes]);
    const double p = -std::expm1(-x);
    const double u = uniform_double(random_word(99, static_cast<std::uint32_t>(i / kLanes), 3,
                                                static_cast<std::uint32_t>(i % kLanes), Draw::infection));
    const double y =
        1.0 / (1.0 + std::exp(-(std::log(p / (1.0 - p)) - std::log(u / (1.0 - u))) / kTemperature));
    const double dy_dp = y * (1.0 - y) / (kTemperature * p * (1.0 - p));
    const double expected = dy_dp * 0.5 * std::exp(-x);
    largest = std::max(largest, expected);
    CHECK(std::abs(static_cast<double>(result[i]) - expected) <= 2e-4 * expected + 1e-9);
  }
  CHECK(largest > 1.0);
}

STARLING_BACKEND_CASE("lane sums equal sums in double over one chunk and several") {
  for (const std::int64_t rows : {std::int64_t{0}, std::int64_t{1}, std::int64_t{1023}, std::int64_t{1024},
                                  std::int64_t{1025}, std::int64_t{5000}}) {
    const Values values = numbers(rows * kLanes, 1, -1.0, 1.0);
    const Buffer<double> device(exec, values);
    Buffer<double> partial(exec, std::max<std::int64_t>(1, lane_sum_chunks(rows)) * kLanes);
    Buffer<double> sum(exec, kLanes);
    kernels::lane_sum<double>(exec, {rows, kLanes, device.data(), partial.data(), sum.data()});
    const Values result = sum.download();
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      double expected = 0.0;
      for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row)
        expected += values[row * kLanes + lane];
      CHECK(result[lane] == doctest::Approx(expected).epsilon(1e-11));
    }
  }
}

TEST_SUITE_END();
