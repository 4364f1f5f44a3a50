#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <doctest/doctest.h>

#include <starling/abm/hdf5_file.hpp>
#include <starling/abm/june_world.hpp>
#include <starling/abm/sampled_epidemic.hpp>
#include <starling/app/configuration.hpp>

#include "../support/golden.hpp"

// GradABM-JUNE's figures on its own test world, from bench/peers/grad-june-figures; STARLING_JUNE_WORLD names
// the file of the world. examples/published_june.toml is that program's default configuration.

TEST_SUITE_BEGIN("abm");

namespace {

using starling::DayType;
using starling::EpidemicSettings;
using starling::Exec;
using starling::Population;
using starling::World;

bool is_absent() {
  return !starling::hdf5_available() || std::getenv("STARLING_JUNE_WORLD") == nullptr;
}

EpidemicSettings published_epidemic() {
  const auto file = std::filesystem::path(STARLING_SOURCE_DIR) / "examples" / "published_june.toml";
  return starling::app::read_configuration(file, {}).epidemic;
}

// exp(- exposure) of all agents when only network n meets.
std::vector<double> escapes(const World<double>& world, const EpidemicSettings& settings, std::size_t n,
                            DayType day, const std::vector<double>& given) {
  const Exec& exec = world.exec();
  starling::Meetings meetings{std::vector<bool>(settings.networks.size(), false), day};
  meetings.active[n] = true;
  std::vector<double> rates(settings.networks.size(), 0.0);
  rates[n] = std::pow(10.0, settings.networks[n].log10_beta);
  const starling::Buffer<double> device_given(exec, given);
  const starling::Buffer<double> device_rates(exec, rates);
  starling::MeanFieldPressureField field(world, 1);
  field.compute(world, meetings, {device_given.data(), device_given.data()}, device_rates.data());
  std::vector<double> escape;
  for (std::int64_t agent = 0; agent < world.agents(); ++agent) {
    double exposure = 0.0;
    for (auto k = world.memberships().offsets[agent]; k < world.memberships().offsets[agent + 1]; ++k)
      exposure += field.pressure()[world.memberships().indices[k]];
    escape.push_back(std::exp(-exposure));
  }
  return escape;
}

}  // namespace

TEST_CASE("escape probabilities are the published program's, network by network, on both kinds of day" *
          doctest::skip(is_absent())) {
  const Population population = starling::read_june_world(std::getenv("STARLING_JUNE_WORLD"), {1});
  const EpidemicSettings settings = published_epidemic();
  const nlohmann::json golden = starling::test::golden_json("june_world_figures.json");
  REQUIRE(population.agents() == golden["agents"].get<std::int64_t>());
  std::vector<double> given;
  for (int i = 0; i < 769; ++i) given.push_back(i % 7 == 0 ? 0.05 + 0.2 * ((37 * i) % 101) / 101.0 : 0.0);
  const World<double> world(Exec::cpu(1), population, settings.networks, starling::draw_profiles(769, {}),
                            starling::make_case_groups(population, {}));
  CHECK(settings.networks.size() == golden["escape"].size());
  for (std::size_t n = 0; n < settings.networks.size(); ++n) {
    for (const DayType day : {DayType::weekday, DayType::weekend}) {
      const char* name = day == DayType::weekday ? "weekday" : "weekend";
      const nlohmann::json& expected = golden["escape"][settings.networks[n].name][name];
      CAPTURE(settings.networks[n].name);
      CAPTURE(name);
      const std::vector<double> escape = escapes(world, settings, n, day, given);
      double sum = 0.0;
      double weighted = 0.0;
      for (std::size_t i = 0; i < escape.size(); ++i) {
        sum += escape[i];
        weighted += escape[i] * static_cast<double>(i);
      }
      CHECK(std::abs(sum - expected["sum"].get<double>()) < 1e-6);
      CHECK(std::abs(weighted - expected["weighted_sum"].get<double>()) < 1e-4);
      for (std::size_t k = 0; k < expected["sample"].size(); ++k)
        CHECK(std::abs(escape[13 * k] - expected["sample"][k].get<double>()) < 1e-6);
    }
  }
}

TEST_CASE("the mean epidemic is the published program's within three standard errors on every day" *
          doctest::skip(is_absent())) {
  const Population population = starling::read_june_world(std::getenv("STARLING_JUNE_WORLD"), {1});
  EpidemicSettings settings = published_epidemic();
  const auto schedule = std::make_shared<starling::Schedule>(settings);
  const nlohmann::json golden = starling::test::golden_json("june_world_figures.json");
  // Every run has profiles of its own there; here 16 runs share them.
  constexpr int kWorlds = 64;
  constexpr int kLanes = 16;
  const auto records = static_cast<std::size_t>(schedule->steps()) + 1;
  std::vector<double> sum(records, 0.0);
  std::vector<double> squares(records, 0.0);
  for (std::uint64_t seed = 0; seed < kWorlds; ++seed) {
    settings.profile.seed = seed;
    const auto world = std::make_shared<World<float>>(Exec::cpu(1), population, settings.networks,
                                                      starling::draw_profiles(769, settings.profile),
                                                      starling::make_case_groups(population, {}));
    starling::SampledEpidemic epidemic(world, schedule, kLanes);
    starling::LaneNoise noise{seed, {}};
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) noise.lane_sample.push_back(lane);
    const auto cases = epidemic.new_cases(epidemic.run(schedule->configured(kLanes), noise));
    std::vector<double> cumulative(kLanes, 0.0);
    for (std::size_t k = 0; k < records; ++k) {
      double mean = 0.0;
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        cumulative[lane] += static_cast<double>(cases[k * kLanes + lane]);
        mean += cumulative[lane] / kLanes;
      }
      sum[k] += mean;
      squares[k] += mean * mean;
    }
  }
  REQUIRE(golden["mean_cases_of_300_runs"].size() == records);
  for (std::size_t k = 0; k < records; ++k) {
    const double mean = sum[k] / kWorlds;
    const double own_error = std::sqrt((squares[k] / kWorlds - mean * mean) / (kWorlds - 1));
    const double error = std::hypot(own_error, golden["standard_error"][k].get<double>());
    CAPTURE(k);
    CHECK(std::abs(mean - golden["mean_cases_of_300_runs"][k].get<double>()) < 3.0 * error);
  }
}

TEST_SUITE_END();
