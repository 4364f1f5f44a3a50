#include <algorithm>
#include <cmath>

#include <starling/autodiff/rearrange.hpp>
#include <starling/core/check.hpp>
#include <starling/core/random.hpp>
#include <starling/flows/conditioner.hpp>
#include <starling/flows/masks.hpp>

namespace starling {

Conditioner::Conditioner(const ConditionerSettings& settings) : settings_(settings) {
  constexpr double kLargest = 1 << 20;
  check_in_range("Conditioner", "dimensions", settings.dimensions, 1, kLargest);
  check_in_range("Conditioner", "hidden", settings.hidden, std::max(1, settings.dimensions - 1), kLargest);
  check_in_range("Conditioner", "blocks", settings.blocks, 0, kLargest);
  const std::vector<int> in = input_degrees(settings.dimensions);
  const std::vector<int> hidden = hidden_degrees(settings.dimensions, settings.hidden);
  const std::vector<int> out = output_degrees(settings.dimensions);
  add_map(in, hidden, hidden_mask(hidden, in));
  for (int i = 0; i < settings.blocks * (settings.residual ? 2 : 1); ++i)
    add_map(hidden, hidden, hidden_mask(hidden, hidden));
  add_map(hidden, out, output_mask(out, hidden));
}

void Conditioner::add_map(std::span<const int> from, std::span<const int> to,
                          const std::vector<double>& mask) {
  const auto inputs = static_cast<std::int64_t>(from.size());
  const auto outputs = static_cast<std::int64_t>(to.size());
  maps_.push_back({inputs, outputs, parameter_count_, static_cast<std::int64_t>(masks_.size())});
  masks_.insert(masks_.end(), mask.begin(), mask.end());
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

Var<double> Conditioner::operator()(Var<double> parameters, std::int64_t offset, Var<double> masks,
                                    Var<double> x) const {
  const auto apply = [&](std::size_t m, Var<double> input, LinearOptions<double> options) {
    const LinearMap& map = maps_[m];
    const std::int64_t at = offset + map.parameters;
    const Var<double> weight = view_slice(parameters, at, {map.outputs, map.inputs});
    const Var<double> bias = view_slice(parameters, at + map.outputs * map.inputs, {map.outputs});
    options.mask = view_slice(masks, map.mask, {map.outputs, map.inputs});
    return masked_linear(input, weight, bias, options);
  };
  const LinearOptions<double> plain;
  const LinearOptions<double> active{.activation = settings_.activation};
  Var<double> h = apply(0, x, plain);
  std::size_t next = 1;
  for (int block = 0; block < settings_.blocks; ++block) {
    if (settings_.residual) {
      const Var<double> inner = apply(next, h, active);
      h = apply(next + 1, inner, {.activation = settings_.activation, .residual = h});
      next += 2;
    } else {
      // f(W h) is taken as f by the next map, so that f(x) is never stored.
      h = apply(next++, h, block == 0 ? plain : active);
    }
  }
  const bool ends_active = !settings_.residual && settings_.blocks > 0;
  return apply(next, h, ends_active ? active : plain);
}

}  // namespace starling
