#include <cmath>

#include <starling/core/check.hpp>
#include <starling/flows/flow.hpp>

namespace starling {

namespace {

/// log s(0), by which every layer with a zero network scales.
double initial_log_scale(ScaleKind kind) {
  if (kind == ScaleKind::bounded_exponential) return 0.0;
  return std::log(1.0 / (1.0 + std::exp(-2.0)) + 1e-3);
}

/// What lies between two layers, as the dimensions that the next layer reads.
DimensionPermutation between_layers(Permutation permutation, std::int64_t dimensions) {
  switch (permutation) {
    case Permutation::reverse:
      return {dimensions - 1, -1};
    case Permutation::swap:
      return {dimensions / 2, 1};
    case Permutation::none:
      break;
  }
  return {0, 1};
}

template <class Real>
void check_arguments(const char* place, Var<Real> parameters, std::int64_t parameter_count, const char* name,
                     Var<Real> points, std::int64_t dimensions) {
  check_shape(place, "parameters", parameters.shape(), {parameter_count});
  check_rank(place, name, points.shape(), 2, "[n][dimensions]");
  check_shape(place, name, points.shape(), {points.shape().extent(0), dimensions});
}

/// Results of a pass, and what its adjoint reads.
template <class Real>
struct Pass {
  AutoregressiveFlowShape shape;
  std::int64_t rows;
  Var<Real> image;
  Var<Real> log_q;
  Real* packed;
  Real* states;
};

template <class Real>
Pass<Real> run_pass(Tape<Real>& tape, const Kernel<AutoregressiveFlowArgs<Real>>& kernel,
                    const AutoregressiveFlowShape& shape, Var<Real> parameters, Var<Real> points) {
  Pass<Real> pass{shape, points.shape().extent(0), {}, {}, nullptr, nullptr};
  pass.packed = tape.template memory<Real>(packed_flow_parameters(shape));
  pass.states = tape.template memory<Real>(flow_state_elements(shape, pass.rows));
  pass.image = tape.output(points.shape());
  pass.log_q = tape.output({pass.rows});
  kernel(tape.exec(), {shape, pass.rows, parameters.data(), points.data(), tape.mutable_data(pass.image),
                       tape.mutable_data(pass.log_q), pass.packed, pass.states});
  return pass;
}

template <class Real>
void run_adjoint(AdjointContext<Real>& context, const Kernel<AutoregressiveFlowAdjointArgs<Real>>& kernel,
                 const Pass<Real>& pass) {
  using Sum = AccumulatorOf<Real>;
  const AdjointSlot<Real> parameters = context.input_adj(0);
  const AdjointSlot<Real> points = context.input_adj(1);
  Real* state_adj = context.template scratch<Real>(flow_state_adjoint_elements(pass.shape, pass.rows));
  Sum* workspace =
      parameters.data == nullptr
          ? nullptr
          : context.template scratch<Sum>(flow_workspace(context.exec().backend(), pass.shape, pass.rows));
  kernel(context.exec(),
         {pass.shape, pass.rows, pass.packed, pass.states, context.output_adj(0), context.output_adj(1),
          points.data, points.mode, parameters.data, parameters.mode, state_adj, workspace});
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

AutoregressiveFlowShape Flow::shape() const {
  const ConditionerSettings& network = settings_.conditioner;
  return {settings_.layers, network.dimensions,
          network.hidden,   network.blocks,
          network.residual, network.activation,
          settings_.scale,  between_layers(settings_.permutation, dimensions())};
}

template <class Real>
FlowSample<Real> Flow::sample(Tape<Real>& tape, Var<Real> parameters, Var<Real> base) const {
  check_arguments("Flow::sample", parameters, parameter_count(), "base", base, dimensions());
  const Pass<Real> pass = run_pass(tape, kernels::flow_sample<Real>, shape(), parameters, base);
  tape.record("flow_sample", {parameters, base}, {pass.image, pass.log_q},
              [pass](AdjointContext<Real>& context) {
                run_adjoint(context, kernels::flow_sample_adjoint<Real>, pass);
              });
  return {pass.image, pass.log_q};
}

template <class Real>
FlowDensity<Real> Flow::density(Tape<Real>& tape, Var<Real> parameters, Var<Real> theta) const {
  check_arguments("Flow::density", parameters, parameter_count(), "theta", theta, dimensions());
  const Pass<Real> pass = run_pass(tape, kernels::flow_density<Real>, shape(), parameters, theta);
  tape.record("flow_density", {parameters, theta}, {pass.image, pass.log_q},
              [pass](AdjointContext<Real>& context) {
                run_adjoint(context, kernels::flow_density_adjoint<Real>, pass);
              });
  return {pass.image, pass.log_q};
}

FlowSampleValues Flow::sample_values(Tape<double>& tape, std::span<const double> parameters,
                                     std::span<const double> base) const {
  const TapeScope scope(tape);
  const Var<double> flat = tape.constant({static_cast<std::int64_t>(parameters.size())}, parameters);
  const auto rows = static_cast<std::int64_t>(base.size()) / dimensions();
  const FlowSample<double> drawn = sample(tape, flat, tape.constant({rows, dimensions()}, base));
  return {drawn.theta.value(), drawn.log_q.value()};
}

std::vector<double> Flow::log_density_values(Tape<double>& tape, std::span<const double> parameters,
                                             std::span<const double> theta) const {
  const TapeScope scope(tape);
  const Var<double> flat = tape.constant({static_cast<std::int64_t>(parameters.size())}, parameters);
  const auto rows = static_cast<std::int64_t>(theta.size()) / dimensions();
  return log_density(tape, flat, tape.constant({rows, dimensions()}, theta)).value();
}

#define STARLING_INSTANTIATE(Real)                                                 \
  template FlowSample<Real> Flow::sample(Tape<Real>&, Var<Real>, Var<Real>) const; \
  template FlowDensity<Real> Flow::density(Tape<Real>&, Var<Real>, Var<Real>) const;
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

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
