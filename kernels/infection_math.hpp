#pragma once

#include <type_traits>

#include <starling/core/lanes.hpp>
#include <starling/core/random.hpp>
#include <starling/core/reproducible_math.hpp>
#include <starling/kernels/exposure_math.hpp>
#include <starling/kernels/infection.hpp>

namespace starling {

/// Random words of one agent and step, lane after lane; neighbouring lanes mostly share a Philox block.
class LaneWords {
 public:
  STARLING_HD LaneWords(const InfectionNoise& noise, std::int64_t agent, int step,
                        Draw purpose = Draw::infection)
      : noise_(noise),
        agent_(static_cast<std::uint32_t>(agent)),
        step_(static_cast<std::uint32_t>(step)),
        purpose_(purpose) {}

  STARLING_HD std::uint32_t operator()(int lane) {
    const std::uint32_t sample = noise_.lane_sample[lane];
    if (sample / 4 != block_) {
      block_ = sample / 4;
      words_ = random_words(noise_.seed, agent_, step_, block_, purpose_);
    }
    return words_.choose(sample);
  }

 private:
  InfectionNoise noise_;
  std::uint32_t agent_;
  std::uint32_t step_;
  Draw purpose_;
  std::uint32_t block_ = 0xffffffffU;
  RandomWords words_{};
};

struct InfectionBody {
  InfectionArgs args;

  STARLING_HD float susceptibility(std::int16_t infection_step) const {
    if (infection_step == kNeverInfected) return 1.0F;
    if (!(args.waning_per_day > 0.0F)) return 0.0F;
    return one_minus_exp_negative(args.waning_per_day *
                                  (args.now_days - args.step_time_days[infection_step]));
  }

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    std::int16_t* infection_step = args.infection_step + agent * args.lanes + first;
    float raw[width];
    gather_exposure(args.memberships, args.pressure, args.lanes, agent, first, args.step, args.isolation,
                    args.vaccination, args.imports, raw);
    if (weigh_susceptibility(infection_step, raw) == 0) return;
    // 1 - exp(-x) never exceeds x, so most draws are decided without the exponential.
    LaneWords words(args.noise, agent, args.step);
    std::uint32_t word[width];
    for (int l = 0; l < width; ++l) word[l] = words(first + l);
    float u[width];
    for (int l = 0; l < width; ++l) u[l] = uniform_float(word[l]);
    int close = 0;
    for (int l = 0; l < width; ++l) close += u[l] < raw[l] ? 1 : 0;
    if (close == 0) return;
    for (int l = 0; l < width; ++l)
      if (u[l] < raw[l] && u[l] < one_minus_exp_negative(raw[l]))
        infection_step[l] = static_cast<std::int16_t>(args.step);
  }

 private:
  /// raw <- S raw dt; returns in how many lanes that is above 0. The loop without waning has no branch and
  /// vectorises; a loop of its own for the count would read wider vectors than this one writes, which a
  /// processor cannot forward from its stores.
  template <int width>
  STARLING_HD int weigh_susceptibility(const std::int16_t* infection_step, float (&raw)[width]) const {
    const float duration_days = args.duration_days;
    int exposed = 0;
    if (args.waning_per_day > 0.0F) {
      for (int l = 0; l < width; ++l) {
        raw[l] = susceptibility(infection_step[l]) * raw[l] * duration_days;
        exposed += raw[l] > 0.0F ? 1 : 0;
      }
      return exposed;
    }
    for (int l = 0; l < width; ++l) {
      raw[l] *= static_cast<float>(infection_step[l] == kNeverInfected) * duration_days;
      exposed += raw[l] > 0.0F ? 1 : 0;
    }
    return exposed;
  }
};

/// Mean-field infection probability of one agent.
template <class Real>
struct ExpectedInfection {
  Real pressure;  // limit(S raw)
  bool limited;
  Real probability;

  STARLING_HD ExpectedInfection(Real free_pressure, const PressureLimits<Real>& limits, Real duration_days) {
    pressure = free_pressure < limits.floor ? limits.floor : free_pressure;
    pressure = pressure > limits.cap ? limits.cap : pressure;
    limited = free_pressure < limits.floor || free_pressure > limits.cap;
    probability = one_minus_exp_negative(pressure * duration_days);
  }
};

template <class Real>
struct MeanFieldInfectionBody {
  MeanFieldInfectionArgs<Real> args;

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    Real raw[width];
    gather_pressure(args.memberships, args.pressure, args.lanes, agent, first, raw);
    const std::int64_t base = agent * args.lanes + first;
    for (int l = 0; l < width; ++l) {
      const AgentState<Real> state = args.before.load(base + l);
      const ExpectedInfection<Real> expected(state.susceptibility * raw[l], args.limits, args.duration_days);
      const Real y = expected.probability;
      const Real left = state.susceptibility - y;
      args.susceptibility[base + l] = left > Real(0) ? left : Real(0);
      args.infected[base + l] = state.infected + y;
      args.infection_time_days[base + l] =
          state.infection_time_days + y * (args.now_days - state.infection_time_days);
    }
  }
};

/// Value and slope of one agent's infection in the reverse sweep.
template <class Real>
struct InfectionDerivative {
  Real infected_now;         // y
  Real slope;                // dy / d(S raw)
  Real susceptibility_kept;  // w = dS' / dS at fixed y, and -dS' / dy
};

/// The reverse sweep of a supercritical epidemic grows exponentially. Where it has lost all meaning it must
/// stay finite in float: sums over members and products with rates of later steps keep within 1e38.
STARLING_HD inline float bounded_adjoint(float x) {
  const float above = x > -1e20F ? x : -1e20F;
  return above < 1e20F ? above : 1e20F;
}
STARLING_HD inline double bounded_adjoint(double x) {
  return x;
}

/// dt s (1 - s) / (tau p) for the relaxed Bernoulli sample whose uniform came from `word`.
STARLING_HD inline float gumbel_softmax_slope(float x, float duration_days, float temperature,
                                              std::uint32_t word) {
  if (!(x > 0.0F)) return 0.0F;
  const float p = one_minus_exp_negative(x);
  const float logit_p = reproducible_log(p) + x;
  const float logit_u =
      reproducible_log(uniform_float(word)) - reproducible_log(uniform_complement_float(word));
  const float z = (logit_p - logit_u) / temperature;
  const float e = reproducible_exp(z > 0.0F ? -z : z);
  return duration_days * e / ((1.0F + e) * (1.0F + e)) / (temperature * p);
}

/// dy/dp of the kinds that do not look at the uniform behind y, times 1 - p = exp(-x).
STARLING_HD inline float escaping_slope(InfectionSlope kind, float y, float x) {
  const float escape = reproducible_exp(-x);
  switch (kind) {
    case InfectionSlope::straight_through_undepleted:
      return x > 0.0F ? escape : 0.0F;
    case InfectionSlope::smoothed_one_sided:
      return 1.0F - y;
    case InfectionSlope::smoothed_two_sided:
      if (!(x > 0.0F)) return 1.0F;
      return 0.5F * (y > 0.0F ? escape / one_minus_exp_negative(x) : 1.0F);
    case InfectionSlope::transmission_chains:
      return y > 0.0F ? 1.0F / x : 0.0F;
    default:
      return escape;
  }
}

template <class State>
struct InfectionAdjointBody {
  using Real = typename State::Real;
  InfectionAdjointArgs<State> args;

  STARLING_HD InfectionDerivative<Real> derivative(std::int64_t index, const AgentState<Real>& state,
                                                   Real raw, std::uint32_t word) const {
    const Real x = state.susceptibility * raw * args.duration_days;
    if constexpr (std::is_same_v<State, EventState>) {
      const float y = args.state.infection_step[index] == args.state.step ? 1.0F : 0.0F;
      if (args.slope.kind == InfectionSlope::gumbel_softmax)
        return {y, gumbel_softmax_slope(x, args.duration_days, args.slope.temperature, word), 1.0F};
      return {y, args.duration_days * escaping_slope(args.slope.kind, y, x), 1.0F};
    } else {
      const ExpectedInfection<Real> expected(state.susceptibility * raw, args.limits, args.duration_days);
      const Real y = expected.probability;
      const Real free_slope = args.duration_days * reproducible_exp(-expected.pressure * args.duration_days);
      return {y, expected.limited ? Real(0) : free_slope,
              state.susceptibility - y > Real(0) ? Real(1) : Real(0)};
    }
  }

  template <int width>
  STARLING_HD void operator()(std::int64_t agent, int first, LaneWidth<width>) const {
    Real raw[width];
    gather_exposure(args.memberships, args.pressure, args.lanes, agent, first, step(), args.isolation,
                    args.vaccination, args.imports, raw);
    std::uint32_t word[width] = {};
    if constexpr (std::is_same_v<State, EventState>) {
      if (args.slope.kind == InfectionSlope::gumbel_softmax) {
        LaneWords words(args.slope.noise, agent, args.state.step);
        for (int l = 0; l < width; ++l) word[l] = words(first + l);
      }
    }
    // Loaded into local arrays, which alias nothing, so that the arithmetic vectorises.
    const Real* case_adj = args.case_adj + args.counted.of(agent, step()) * args.lanes + first;
    const std::int64_t base = agent * args.lanes + first;
    Real susceptibility[width], y_adj[width], kept_adj[width], slope[width], time_kept_adj[width];
    for (int l = 0; l < width; ++l) {
      const AgentState<Real> state = args.state.load(base + l);
      const InfectionDerivative<Real> d = derivative(base + l, state, raw[l], word[l]);
      const Real time_adj = args.adj.infection_time_days[base + l];
      susceptibility[l] = state.susceptibility;
      slope[l] = d.slope;
      kept_adj[l] = d.susceptibility_kept * args.adj.susceptibility[base + l];
      time_kept_adj[l] = (Real(1) - d.infected_now) * time_adj;
      y_adj[l] = bounded_adjoint(case_adj[l] + args.adj.infected[base + l] +
                                 time_adj * (args.now_days - state.infection_time_days) - kept_adj[l]);
    }
    Real raw_adj[width];
    for (int l = 0; l < width; ++l) {
      const Real exposure_adj = slope[l] * y_adj[l];
      raw_adj[l] = susceptibility[l] * exposure_adj;
      args.adj.susceptibility[base + l] = kept_adj[l] + raw[l] * exposure_adj;
      args.adj.infection_time_days[base + l] = time_kept_adj[l];
    }
    store_raw_adj(agent, first, raw_adj);
  }

 private:
  // Mean-field runs know no vaccination, which alone asks for the step.
  STARLING_HD int step() const {
    if constexpr (std::is_same_v<State, EventState>) return args.state.step;
    return 0;
  }

  template <int width>
  STARLING_HD void store_raw_adj(std::int64_t agent, int first, Real (&raw_adj)[width]) const {
    const std::int64_t base = agent * args.lanes + first;
    const Real* vaccinated = args.vaccination.row(agent, step(), args.lanes);
    if (vaccinated != nullptr)
      for (int l = 0; l < width; ++l) raw_adj[l] *= vaccinated[first + l];
    for (int l = 0; l < width; ++l) args.raw_adj[base + l] = raw_adj[l];
    if (args.raw_adj_outside == nullptr) return;
    for (int l = 0; l < width; ++l)
      args.raw_adj_outside[base + l] = args.isolation.kept(base + l, args.lanes, first + l) * raw_adj[l];
  }
};

}  // namespace starling
