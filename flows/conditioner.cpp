#include <algorithm>
#include <cmath>

#include <starling/core/check.hpp>
#include <starling/core/random.hpp>
#include <starling/flows/conditioner.hpp>

namespace starling {

Conditioner::Conditioner(const ConditionerSettings& settings) : settings_(settings) {
  constexpr double kLargest = 1 << 20;
  check_in_range("Conditioner", "dimensions", settings.dimensions, 1, kLargest);
  check_in_range("Conditioner", "hidden", settings.hidden, std::max(1, settings.dimensions - 1), kLargest);
  check_in_range("Conditioner", "blocks", settings.blocks, 0, kLargest);
  add_map(settings.dimensions, settings.hidden);
  for (int i = 0; i < settings.blocks * (settings.residual ? 2 : 1); ++i)
    add_map(settings.hidden, settings.hidden);
  add_map(settings.hidden, std::int64_t{2} * settings.dimensions);
}

void Conditioner::add_map(std::int64_t inputs, std::int64_t outputs) {
  maps_.push_back({inputs, outputs, parameter_count_});
  parameter_count_ += outputs * (inputs + 1);
}

void Conditioner::initialise(std::uint64_t seed, std::uint32_t stream, std::span<double> parameters) const {
  check_equal_size("Conditioner::initialise", "parameters", static_cast<std::int64_t>(parameters.size()),
                   parameter_count_);
  std::ranges::fill(parameters, 0.0);
  for (std::size_t m = 0; m + 1 < maps_.size(); ++m) {
    const LinearMap& map = maps_[m];
    const double deviation = 1.0 / std::sqrt(static_cast<double>(map.inputs));
    for (std::int64_t i = map.parameters; i < map.parameters + map.outputs * map.inputs; ++i) {
      const std::uint32_t word =
          random_word(seed, static_cast<std::uint32_t>(i), stream, 0, Draw::flow_initial);
      parameters[static_cast<std::size_t>(i)] = deviation * normal_double(word);
    }
  }
}

}  // namespace starling
