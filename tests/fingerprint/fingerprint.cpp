#include "fingerprint.hpp"

#include <memory>
#include <span>

#include <starling/abm/sampled_epidemic.hpp>
#include <starling/core/buffer.hpp>

#include "../support/worlds.hpp"
#include "arithmetic_sweep.hpp"

namespace starling::test {

namespace {

/// FNV-1a over the bytes of integers, lowest byte first, so that it does not depend on the machine's order.
class Hash {
 public:
  template <class Integer>
  void add(std::span<const Integer> values) {
    for (const Integer value : values) {
      for (std::size_t byte = 0; byte < sizeof(Integer); ++byte)
        hash_ = (hash_ ^ ((static_cast<std::uint64_t>(value) >> (8 * byte)) & 0xffU)) * 0x100000001b3ULL;
    }
  }
  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

}  // namespace

std::uint64_t arithmetic_fingerprint(const Exec& exec) {
  constexpr std::int64_t kPlaces = 1 << 16;
  Buffer<std::uint32_t> bits(exec, kPlaces * kSweepColumns);
  arithmetic_sweep(exec, {kPlaces, bits.data()});
  Hash hash;
  hash.add(std::span<const std::uint32_t>(bits.download()));
  return hash.value();
}

std::uint64_t epidemic_fingerprint(const Exec& exec) {
  constexpr int kLanes = 4;
  const Population population = mixed_world(2000);
  const EpidemicSettings settings = reference_epidemic(25);
  const auto world = std::make_shared<const World<float>>(
      world_of<float>(exec, population, settings, draw_profiles(population.agents(), settings.profile)));
  SampledEpidemic epidemic(world, std::make_shared<const Schedule>(settings), kLanes);
  LaneParameters parameters(3, kLanes);
  for (int lane = 0; lane < kLanes; ++lane) {
    for (int network = 0; network < 3; ++network) parameters.beta(network, lane) = 0.2 * lane + 0.1 * network;
    parameters.seed(lane) = -2.0 + 0.25 * lane;
  }
  const Trajectory trajectory = epidemic.run(parameters, {2024, {0, 1, 2, 2}});
  Hash hash;
  hash.add(std::span<const std::int16_t>(trajectory.infection_step.download()));
  // The last group, people beyond the last age bin, has nobody and is left out.
  const std::vector<std::int64_t> cases = epidemic.new_cases(trajectory);
  const auto row = static_cast<std::size_t>(world->groups() * epidemic.width());
  const auto reported = static_cast<std::size_t>((world->groups() - 1) * epidemic.width());
  std::vector<std::int64_t> of_bins;
  for (std::size_t first = 0; first < cases.size(); first += row)
    of_bins.insert(of_bins.end(), cases.begin() + static_cast<std::ptrdiff_t>(first),
                   cases.begin() + static_cast<std::ptrdiff_t>(first + reported));
  hash.add(std::span<const std::int64_t>(of_bins));
  return hash.value();
}

}  // namespace starling::test
