#include <cmath>

#include <starling/autodiff/elementwise.hpp>
#include <starling/autodiff/reduction.hpp>
#include <starling/core/check.hpp>
#include <starling/flows/flow.hpp>

namespace starling {

namespace {

constexpr double kHalfLogTwoPi = 0.9189385332046727;

/// log of the standard normal density of each row.
Var<double> base_log_density(Var<double> base) {
  const auto dimensions = static_cast<double>(base.shape().last());
  return affine(sum(square(base), -1), -0.5, -kHalfLogTwoPi * dimensions);
}

/// log s(0), by which every layer with a zero network scales.
double initial_log_scale(ScaleKind kind) {
  if (kind == ScaleKind::bounded_exponential) return 0.0;
  return std::log(1.0 / (1.0 + std::exp(-2.0)) + 1e-3);
}

}  // namespace

Flow::Flow(FlowSettings settings) : settings_(std::move(settings)), conditioner_(settings_.conditioner) {
  const auto n = static_cast<std::size_t>(dimensions());
  check_in_range("Flow", "layers", settings_.layers, 0, 1 << 20);
  if (settings_.initial_location.empty()) settings_.initial_location.assign(n, 0.0);
  if (settings_.initial_scale.empty()) settings_.initial_scale.assign(n, 1.0);
  check_equal_size("Flow", "initial_location", static_cast<std::int64_t>(settings_.initial_location.size()),
                   dimensions());
  check_equal_size("Flow", "initial_scale", static_cast<std::int64_t>(settings_.initial_scale.size()),
                   dimensions());
  check_finite("Flow", "initial_location", settings_.initial_location);
  for (const double scale : settings_.initial_scale) check_positive("Flow", "initial_scale", scale);
}

std::int64_t Flow::parameter_count() const {
  return final_offset() + std::int64_t{2} * dimensions();
}

std::vector<double> Flow::initial_parameters(std::uint64_t seed) const {
  std::vector<double> parameters(static_cast<std::size_t>(final_offset()));
  const auto per_layer = static_cast<std::size_t>(conditioner_.parameter_count());
  for (int layer = 0; layer < settings_.layers; ++layer)
    conditioner_.initialise(
        seed, static_cast<std::uint32_t>(layer),
        std::span(parameters).subspan(static_cast<std::size_t>(layer) * per_layer, per_layer));
  const std::vector<double>& location = settings_.initial_location;
  parameters.insert(parameters.end(), location.begin(), location.end());
  for (const double scale : settings_.initial_scale)
    parameters.push_back(std::log(scale) - settings_.layers * initial_log_scale(settings_.scale));
  return parameters;
}

void Flow::check_arguments(const char* place, Var<double> parameters, const char* name,
                           Var<double> points) const {
  check_shape(place, "parameters", parameters.shape(), {parameter_count()});
  check_rank(place, name, points.shape(), 2, "[n][dimensions]");
  check_shape(place, name, points.shape(), {points.shape().extent(0), dimensions()});
}

Var<double> Flow::masks(Tape<double>& tape) const {
  return tape.constant({static_cast<std::int64_t>(conditioner_.masks().size())}, conditioner_.masks());
}

FlowSample Flow::sample(Tape<double>& tape, Var<double> parameters, Var<double> base) const {
  check_arguments("Flow::sample", parameters, "base", base);
  const Var<double> all_masks = masks(tape);
  Var<double> x = base;
  Var<double> log_q = base_log_density(base);
  for (int layer = 0; layer < settings_.layers; ++layer) {
    if (layer > 0) x = permute_columns(x, settings_.permutation);
    const Var<double> network =
        conditioner_(parameters, layer * conditioner_.parameter_count(), all_masks, x);
    const Transformed next = affine_autoregressive(x, network, settings_.scale);
    x = next.x;
    log_q = log_q - next.log_det;
  }
  const Var<double> location = view_slice(parameters, final_offset(), {dimensions()});
  const Var<double> log_scale = view_slice(parameters, final_offset() + dimensions(), {dimensions()});
  return {x * exp(log_scale) + location, log_q - sum(log_scale)};
}

FlowSampleValues Flow::sample_values(Tape<double>& tape, std::span<const double> parameters,
                                     std::span<const double> base) const {
  const TapeScope scope(tape);
  const Var<double> flat = tape.constant({static_cast<std::int64_t>(parameters.size())}, parameters);
  const auto rows = static_cast<std::int64_t>(base.size()) / dimensions();
  const FlowSample drawn = sample(tape, flat, tape.constant({rows, dimensions()}, base));
  return {drawn.theta.value(), drawn.log_q.value()};
}

Transformed Flow::inverted_layer(Var<double> parameters, Var<double> masks, int layer, Var<double> x) const {
  // Before the first pass nothing is known of z; the network of dimension 1 needs nothing.
  Tape<double>& tape = x.tape();
  const std::vector<double> zeros(static_cast<std::size_t>(x.size()), 0.0);
  Transformed z{tape.constant(x.shape(), zeros), {}};
  for (std::int64_t known = 1; known <= dimensions(); ++known) {
    const Var<double> network = conditioner_(parameters, layer * conditioner_.parameter_count(), masks, z.x);
    z = affine_autoregressive_inverse(x, network, settings_.scale, known);
  }
  return z;
}

Flow::Inverted Flow::inverted(Tape<double>& tape, Var<double> parameters, Var<double> theta) const {
  const Var<double> all_masks = masks(tape);
  const Var<double> location = view_slice(parameters, final_offset(), {dimensions()});
  const Var<double> log_scale = view_slice(parameters, final_offset() + dimensions(), {dimensions()});
  Var<double> x = (theta - location) * exp(-log_scale);
  const std::vector<double> zeros(static_cast<std::size_t>(theta.shape().extent(0)), 0.0);
  Var<double> log_det = tape.constant({theta.shape().extent(0)}, zeros) - sum(log_scale);
  for (int layer = settings_.layers - 1; layer >= 0; --layer) {
    const Transformed z = inverted_layer(parameters, all_masks, layer, x);
    x = layer > 0 ? permute_columns_back(z.x, settings_.permutation) : z.x;
    log_det = log_det + z.log_det;
  }
  return {x, log_det};
}

Var<double> Flow::invert(Tape<double>& tape, Var<double> parameters, Var<double> theta) const {
  check_arguments("Flow::invert", parameters, "theta", theta);
  return inverted(tape, parameters, theta).base;
}

Var<double> Flow::log_density(Tape<double>& tape, Var<double> parameters, Var<double> theta) const {
  check_arguments("Flow::log_density", parameters, "theta", theta);
  const Inverted back = inverted(tape, parameters, theta);
  return base_log_density(back.base) + back.log_det;
}

std::vector<double> Flow::log_density_values(Tape<double>& tape, std::span<const double> parameters,
                                             std::span<const double> theta) const {
  const TapeScope scope(tape);
  const Var<double> flat = tape.constant({static_cast<std::int64_t>(parameters.size())}, parameters);
  const auto rows = static_cast<std::int64_t>(theta.size()) / dimensions();
  return log_density(tape, flat, tape.constant({rows, dimensions()}, theta)).value();
}

std::vector<double> standard_normal_draws(std::uint64_t seed, Draw purpose, std::uint32_t epoch,
                                          std::int64_t draws, int dimensions) {
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(draws * dimensions));
  for (std::int64_t i = 0; i < draws; ++i) {
    const auto index = static_cast<std::uint32_t>(checked_int32("standard_normal_draws", "draws", i));
    RandomWords words{};
    for (std::uint32_t d = 0; d < static_cast<std::uint32_t>(dimensions); ++d) {
      // Four neighbouring dimensions share one Philox block.
      if (d % 4 == 0) words = random_words(seed, index, epoch, d / 4, purpose);
      values.push_back(normal_double(words.word[d % 4]));
    }
  }
  return values;
}

}  // namespace starling
