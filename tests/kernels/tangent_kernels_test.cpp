// The kernels of forward mode against plain loops in double.
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/kernels/class_mixing_tangent.hpp>
#include <starling/kernels/infection_tangent.hpp>
#include <starling/kernels/tangent_columns.hpp>
#include <starling/kernels/transmission_tangent.hpp>
#include <starling/kernels/venue_pressure_tangent.hpp>

#include "../support/backends.hpp"
#include "../support/values.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("kernels");

namespace {

using namespace starling;

constexpr std::int64_t kSizes[] = {0, 1, 31, 32, 33, 257, 3001};

struct Shape {
  int lanes;
  int directions;

  [[nodiscard]] int columns() const { return tiled_columns(directions, lanes); }
  /// Where column c of a row finds its lane in an array by lanes.
  [[nodiscard]] std::size_t lane_place(std::size_t row, std::size_t column) const {
    const auto width = static_cast<std::size_t>(lanes);
    return row * width + column % width;
  }
};
// Rows of one tile, of a wide piece and a tile, and of many.
constexpr Shape kShapes[] = {{1, 3}, {1, 20}, {4, 1}, {8, 3}};

/// Numbers in the memory of a context and in double, rounded to float in both.
struct Values {
  std::vector<double> host;
  Buffer<float> device;

  Values(const Exec& exec, std::int64_t n, std::uint64_t stream, double low = -1.0, double high = 1.0)
      : Values(exec, test::as<float>(test::spread(n, stream, low, high))) {}
  [[nodiscard]] double operator[](std::size_t i) const { return host[i]; }
  [[nodiscard]] float* data() { return device.data(); }

 private:
  Values(const Exec& exec, const std::vector<float>& values)
      : host(values.begin(), values.end()), device(exec, values) {}
};

// Infection steps from 0 to 9; everyone with number 0 mod 3 is never infected.
std::vector<std::int16_t> infection_steps(std::int64_t n) {
  std::vector<std::int16_t> steps;
  for (std::int64_t i = 0; i < n; ++i)
    steps.push_back(i % 3 == 0 ? kNeverInfected : static_cast<std::int16_t>((7 * i) % 10));
  return steps;
}

const std::vector<float> kTimes{0.0F, 1.0F, 1.5F, 2.5F, 3.0F, 4.0F, 5.0F, 6.0F, 7.0F, 8.0F};

// Each agent is in its own cell i / 4, at home, and in two others of the same number of cells behind them.
Csr memberships_of(std::int64_t agents) {
  const std::int64_t homes = agents / 4 + 1;
  Csr csr;
  for (std::int64_t i = 0; i < agents; ++i) {
    csr.indices.push_back(static_cast<std::int32_t>(i / 4));
    csr.indices.push_back(static_cast<std::int32_t>(homes + i * 5 % homes));
    if (i % 2 == 0) csr.indices.push_back(static_cast<std::int32_t>(homes + i * 3 % homes));
    csr.offsets.push_back(static_cast<std::int64_t>(csr.indices.size()));
  }
  return csr;
}

double worst(const Buffer<float>& actual, const std::vector<double>& expected) {
  return test::worst_difference(actual.download(), expected);
}

template <class Check>
void for_each_shape(const Check& check) {
  for (const Shape& shape : kShapes) {
    for (const std::int64_t rows : kSizes) {
      CAPTURE(shape.lanes);
      CAPTURE(shape.directions);
      CAPTURE(rows);
      check(shape, rows);
    }
  }
}

}  // namespace

STARLING_BACKEND_CASE("the slopes of transmission are the profile and its derivative in time") {
  const Buffer<float> times(exec, kTimes);
  for_each_shape([&](const Shape& shape, std::int64_t agents) {
    const std::int64_t n = agents * shape.lanes;
    const std::vector<std::int16_t> steps = infection_steps(n);
    const Buffer<std::int16_t> device_steps(exec, steps);
    Values log_scale(exec, agents, 1), shape_minus_one(exec, agents, 2, 0.3, 0.8);
    Values rate(exec, agents, 3, 0.3, 0.7), shift(exec, agents, 4, 1.0, 3.0);
    Buffer<float> by_infected(exec, n), by_time(exec, n);
    kernels::transmission_slopes(
        exec, {.agents = agents,
               .lanes = shape.lanes,
               .state = {device_steps.data(), times.data(), 8},
               .profile = {log_scale.data(), shape_minus_one.data(), rate.data(), shift.data()},
               .now_days = 7.0F,
               .isolation = {},
               .onset = {},
               .by_infected = by_infected.data(),
               .by_time = by_time.data(),
               .kept_outside = nullptr});
    std::vector<double> profile, slope;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const std::size_t agent = i / static_cast<std::size_t>(shape.lanes);
      const bool infected = steps[i] < 8;
      const double time = infected ? static_cast<double>(kTimes[static_cast<std::size_t>(steps[i])]) : 0.0;
      const double d = 7.0 - time - shift[agent];
      const double g =
          d > 0.0 ? std::exp(log_scale[agent] + shape_minus_one[agent] * std::log(d) - rate[agent] * d) : 0.0;
      profile.push_back(g);
      slope.push_back(infected && d > 0.0 ? -g * (shape_minus_one[agent] / d - rate[agent]) : 0.0);
    }
    CHECK(worst(by_infected, profile) < 1e-5);
    CHECK(worst(by_time, slope) < 1e-3);  // steep where infectiousness starts
  });
}

STARLING_BACKEND_CASE("the tangent of transmission mixes those of the state, less outside home") {
  for_each_shape([&](const Shape& shape, std::int64_t agents) {
    const std::int64_t n = agents * shape.columns();
    Values by_infected(exec, agents * shape.lanes, 1), by_time(exec, agents * shape.lanes, 2);
    Values kept(exec, agents * shape.lanes, 3), infected(exec, n, 4), time(exec, n, 5);
    Buffer<float> home(exec, n), outside(exec, n);
    kernels::transmission_tangent(exec, {.agents = agents,
                                         .lanes = shape.lanes,
                                         .columns = shape.columns(),
                                         .by_infected = by_infected.data(),
                                         .by_time = by_time.data(),
                                         .kept_outside = kept.data(),
                                         .infected_tangent = infected.data(),
                                         .infection_time_tangent = time.data(),
                                         .transmission_tangent = home.data(),
                                         .transmission_outside_tangent = outside.data()});
    std::vector<double> at_home, elsewhere;
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
      const auto columns = static_cast<std::size_t>(shape.columns());
      const std::size_t k = shape.lane_place(i / columns, i % columns);
      at_home.push_back(by_infected[k] * infected[i] + by_time[k] * time[i]);
      elsewhere.push_back(kept[k] * at_home.back());
    }
    CHECK(worst(home, at_home) < 1e-6);
    CHECK(worst(outside, elsewhere) < 1e-6);
  });
}

STARLING_BACKEND_CASE("the tangent of an infection gathers those of the cells and moves the state") {
  const Buffer<float> times(exec, kTimes);
  for_each_shape([&](const Shape& shape, std::int64_t agents) {
    for (const bool apart : {false, true}) {
      const auto columns = static_cast<std::size_t>(shape.columns());
      const std::int64_t n = agents * shape.columns();
      const std::int64_t homes = agents / 4 + 1;
      const Csr memberships = memberships_of(agents);
      const std::vector<std::int16_t> steps = infection_steps(agents * shape.lanes);
      const Buffer<std::int16_t> device_steps(exec, steps);
      const Buffer<std::int64_t> offsets(exec, memberships.offsets);
      const Buffer<std::int32_t> cells(exec, memberships.indices);
      Values pressure(exec, 2 * homes * shape.columns(), 1), home_slope(exec, agents * shape.lanes, 2);
      Values outside_slope(exec, agents * shape.lanes, 3), depletion(exec, agents * shape.lanes, 4);
      Values infected(exec, n, 5), time(exec, n, 6);
      Buffer<float> cases(exec, n);
      kernels::infection_tangent(exec, {.agents = agents,
                                        .lanes = shape.lanes,
                                        .columns = shape.columns(),
                                        .memberships = {offsets.data(), cells.data()},
                                        .home_cells = homes,
                                        .pressure_tangent = pressure.data(),
                                        .home_slope = home_slope.data(),
                                        .outside_slope = apart ? outside_slope.data() : nullptr,
                                        .depletion_slope = depletion.data(),
                                        .state = {device_steps.data(), times.data(), 8},
                                        .now_days = 7.0F,
                                        .infected_tangent = infected.data(),
                                        .infection_time_tangent = time.data(),
                                        .case_tangent = cases.data()});
      std::vector<double> y, x, t;
      for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
        const std::size_t agent = i / columns;
        const std::size_t k = shape.lane_place(agent, i % columns);
        double sum = -depletion[k] * infected[i];
        for (auto m = memberships.offsets[agent]; m < memberships.offsets[agent + 1]; ++m) {
          const auto cell = memberships.indices[static_cast<std::size_t>(m)];
          const double slope = apart && cell >= homes ? outside_slope[k] : home_slope[k];
          sum += slope * pressure[static_cast<std::size_t>(cell) * columns + i % columns];
        }
        const double since =
            steps[k] < 8 ? static_cast<double>(kTimes[static_cast<std::size_t>(steps[k])]) : 0.0;
        y.push_back(sum);
        x.push_back(infected[i] + sum);
        t.push_back((steps[k] == 8 ? 0.0 : time[i]) + sum * (7.0 - since));
      }
      CHECK(worst(cases, y) < 1e-6);
      CHECK(worst(infected.device, x) < 1e-6);
      CHECK(worst(time.device, t) < 5e-6);
    }
  });
}

STARLING_BACKEND_CASE("the tangent of the seeding is its slope times that of the fraction") {
  for_each_shape([&](const Shape& shape, std::int64_t agents) {
    const auto columns = static_cast<std::size_t>(shape.columns());
    const std::int64_t n = agents * shape.columns();
    Values slope(exec, agents * shape.lanes, 1), fraction(exec, shape.columns(), 2);
    Values infected(exec, n, 3), time(exec, n, 4);
    kernels::seeding_tangent(exec, {.agents = agents,
                                    .lanes = shape.lanes,
                                    .columns = shape.columns(),
                                    .slope = slope.data(),
                                    .fraction_tangent = fraction.data(),
                                    .infected_tangent = infected.data(),
                                    .infection_time_tangent = time.data()});
    std::vector<double> expected;
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
      expected.push_back(slope[shape.lane_place(i / columns, i % columns)] * fraction[i % columns]);
    CHECK(worst(infected.device, expected) < 1e-6);
    CHECK(worst(time.device, std::vector<double>(expected.size(), 0.0)) == 0.0);
  });
}

STARLING_BACKEND_CASE(
    "the tangent of venue pressure is that of a product, also for venues of several segments") {
  for (const Shape& shape : kShapes) {
    for (const std::int64_t agents : {1, 33, 3001}) {
      const Population population = test::mixed_world(agents);
      const auto columns = static_cast<std::size_t>(shape.columns());
      const auto world =
          test::world_of<float>(exec, population, test::reference_epidemic(1), draw_profiles(agents, {}));
      Values transmission(exec, agents * shape.columns(), 1), rate(exec, shape.lanes, 2, 0.5, 3.0);
      Values log_rate(exec, shape.columns(), 3), pressure(exec, world.cells() * shape.lanes, 4, 0.0, 1.0);
      Buffer<float> partial(exec, world.partials() * shape.columns());
      Buffer<float> scaled(exec, world.cells() * shape.columns()), bare(exec, scaled.size());
      for (int block = 0; block < world.blocks(); ++block) {
        VenuePressureTangentArgs args{.venues = world.venue_view(block),
                                      .lanes = shape.lanes,
                                      .columns = shape.columns(),
                                      .transmission_tangent = transmission.data(),
                                      .rate_per_day = rate.data(),
                                      .log_rate_tangent = log_rate.data(),
                                      .pressure = pressure.data(),
                                      .partial = partial.data(),
                                      .pressure_tangent = scaled.data()};
        kernels::venue_pressure_tangent(exec, args);
        args.rate_per_day = nullptr;
        args.pressure_tangent = bare.data();
        kernels::venue_pressure_tangent(exec, args);
      }
      std::vector<double> sums, tangents;
      for (std::size_t i = 0; i < static_cast<std::size_t>(scaled.size()); ++i) {
        const std::size_t venue = i / columns;
        const std::size_t column = i % columns;
        double sum = 0.0;
        for (auto k = population.members.offsets[venue]; k < population.members.offsets[venue + 1]; ++k)
          sum +=
              transmission[static_cast<std::size_t>(population.members.indices[static_cast<std::size_t>(k)]) *
                               columns +
                           column];
        sums.push_back(sum);
        tangents.push_back(rate[shape.lane_place(0, column)] * contact_probability(population.people[venue]) *
                               sum +
                           pressure[shape.lane_place(venue, column)] * log_rate[column]);
      }
      CHECK(worst(bare, sums) < 1e-5);
      CHECK(worst(scaled, tangents) < 1e-5);
    }
  }
}

STARLING_BACKEND_CASE("the tangent of mixed classes is that of a product, network by network") {
  constexpr std::size_t kClasses = 5;
  constexpr std::size_t kNetworks = 3;
  const std::vector<std::int32_t> rows{3, 0, 2};  // of four configured networks
  const Buffer<std::int32_t> rate_row(exec, rows);
  for_each_shape([&](const Shape& shape, std::int64_t venues) {
    const auto columns = static_cast<std::size_t>(shape.columns());
    const auto v = static_cast<std::size_t>(venues);
    Values emission(exec, kNetworks * kClasses, 1), reception(exec, kNetworks * kClasses, 2);
    Values contact(exec, venues * std::int64_t{kNetworks}, 3), rate(exec, 4 * shape.lanes, 4);
    Values log_rate(exec, 4 * shape.columns(), 5);
    Values attending(exec, venues * std::int64_t{kNetworks} * shape.lanes, 6);
    Values cells(exec, venues * std::int64_t{kClasses} * shape.columns(), 7);
    Buffer<float> attending_tangent(exec, venues * std::int64_t{kNetworks} * shape.columns());
    kernels::class_mixing_tangent(exec, {.venues = venues,
                                         .classes = kClasses,
                                         .networks = kNetworks,
                                         .lanes = shape.lanes,
                                         .columns = shape.columns(),
                                         .emission = emission.data(),
                                         .reception = reception.data(),
                                         .contact = contact.data(),
                                         .rate_per_day = rate.data(),
                                         .log_rate_tangent = log_rate.data(),
                                         .rate_row = rate_row.data(),
                                         .attending = attending.data(),
                                         .cells_tangent = cells.data(),
                                         .attending_tangent = attending_tangent.data()});
    std::vector<double> expected(cells.host.size(), 0.0);
    std::vector<double> expected_attending(v * kNetworks * columns, 0.0);
    for (std::size_t n = 0; n < kNetworks; ++n) {
      const auto row = static_cast<std::size_t>(rows[n]);
      for (std::size_t i = 0; i < v * columns; ++i) {
        const std::size_t venue = i / columns;
        const std::size_t column = i % columns;
        double sum = 0.0;
        for (std::size_t g = 0; g < kClasses; ++g)
          sum += emission[n * kClasses + g] * cells[(venue * kClasses + g) * columns + column];
        const double tangent =
            rate[shape.lane_place(row, column)] * contact[n * v + venue] * sum +
            attending[shape.lane_place(n * v + venue, column)] * log_rate[row * columns + column];
        expected_attending[n * v * columns + i] = tangent;
        for (std::size_t g = 0; g < kClasses; ++g)
          expected[(venue * kClasses + g) * columns + column] += reception[n * kClasses + g] * tangent;
      }
    }
    CHECK(worst(attending_tangent, expected_attending) < 1e-5);
    CHECK(worst(cells.device, expected) < 1e-5);
  });
}

TEST_SUITE_END();
