#pragma once

#include <utility>

#include <starling/examples/series.hpp>

namespace starling::examples {

/// Who is in contact with whom; every pair counts in both directions.
struct ContactGraph {
  std::int64_t agents = 0;
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;
};

/// Every pair of agents in contact with the same probability (Erdős & Rényi).
ContactGraph random_graph(std::int64_t agents, double mean_contacts, std::uint64_t seed);

/// Susceptible, infected, recovered on a contact graph. In every step an agent with n infected contacts
/// catches the infection with probability 1 - (1 - beta)^n, and an infected one recovers with probability
/// gamma; at first each is infected with probability initial.
///
/// After BlackBIRDS 1.3, but for four choices. Parameters are logits, which need no soft limit at 1 (the
/// reference's log10 with a soft minimum turns 0.05 into 0.046). n is not cut off at 5. The infection is
/// drawn for everybody and multiplied by the state, S_i y_i, instead of drawn with probability 0 for those
/// who are not susceptible: the law is the same, and dS_i'/dS_i = 1 - y_i says rightly that somebody infected
/// today could have been infected tomorrow. And draws pass their gradient on as it is (straight through).
///
/// No estimator's slope is that of the mean. Somebody not infected in a run passes a slope on to contacts,
/// and these pass it back to him, whom a real infection would have made immune: growth is overestimated, by
/// about one part in the number of contacts per generation, and without saturation. d infected / d logit
/// initial of 400 agents with R_0 = 4, over 384 runs (common-noise differences in brackets): with 20 contacts
/// and 10 % infected at first 71, 46, -32 (69, 38, -30) after 5, 10, 20 steps, but 96 (36) after 20 steps
/// from 1.5 %; with 8 contacts and 5 % 107 (54) after 10 steps. The Gumbel-Softmax slope errs to the other
/// side, since it is 0 for whoever has no infected contact: 66, 36, -30 from 10 %, 0 after 20 steps from 1.5
/// %.
class SirGraph {
 public:
  /// Columns of theta.
  enum Parameter { logit_initial, logit_beta, logit_gamma, parameters };

  enum class Estimator { straight_through, gumbel_softmax, soft };  // soft: relaxed values as well
  static constexpr double kTemperature = 0.1;                       // of the last two

  struct Settings {
    std::int64_t steps = 30;
    Estimator estimator = Estimator::straight_through;
  };
  SirGraph(const Exec& exec, const ContactGraph& graph, const Settings& settings,
           GradientHorizon horizon = {});

  /// Numbers of agents, [draws][1 + steps].
  template <class Real>
  struct Result {
    Var<Real> infected;
    Var<Real> recovered;
  };

  /// theta [draws][3]. The graph lies in the memory of one execution context, and theta must as well.
  template <class Real>
  Result<Real> simulate(Var<Real> theta, std::uint64_t seed) const {
    check_parameters("SirGraph", theta, parameters);
    const std::int64_t draws = theta.shape().extent(0);
    const Var<Real> nobody = filled(theta.tape(), {receivers_.count(), draws}, Real(0));  // [agents][draws]
    const auto of_each_draw = [&](Parameter p) { return reshape(parameter(theta, p), {draws}); };
    const Var<Real> initial = nobody + sigmoid(of_each_draw(logit_initial));
    const Var<Real> recovery = nobody + sigmoid(of_each_draw(logit_gamma));
    const Var<Real> log_escape = -softplus(of_each_draw(logit_beta));  // log(1 - beta), of one contact

    Var<Real> infected = draw(initial, {derive_seed(seed, kInitialStream)});
    Var<Real> susceptible = 1.0 - infected;
    Var<Real> recovered = nobody;
    std::vector<Var<Real>> infected_series{number_of(infected)};
    std::vector<Var<Real>> recovered_series{number_of(recovered)};
    for (std::int64_t step = 1; step <= settings_.steps; ++step) {
      horizon_.before_step(step, susceptible, infected, recovered);
      const auto counter = static_cast<std::uint32_t>(step);
      const Var<Real> infected_contacts = segment_sum(gather(infected, senders_), receivers_);
      const Var<Real> infection = -expm1(infected_contacts * log_escape);
      const Var<Real> caught = susceptible * draw(infection, {derive_seed(seed, kInfectionStream), counter});
      const Var<Real> cured = infected * draw(recovery, {derive_seed(seed, kRecoveryStream), counter});
      susceptible = susceptible - caught;
      infected = infected + caught - cured;
      recovered = recovered + cured;
      infected_series.push_back(number_of(infected));
      recovered_series.push_back(number_of(recovered));
    }
    return {as_series(infected_series), as_series(recovered_series)};
  }

 private:
  static constexpr std::uint64_t kInitialStream = 1;
  static constexpr std::uint64_t kInfectionStream = 2;
  static constexpr std::uint64_t kRecoveryStream = 3;

  template <class Real>
  Var<Real> draw(Var<Real> p, const RandomStream& stream) const {
    if (settings_.estimator == Estimator::straight_through) return bernoulli_straight_through(p, stream);
    const bool soft = settings_.estimator == Estimator::soft;
    return bernoulli_gumbel_softmax(p, Real(kTemperature), soft ? Relaxation::soft : Relaxation::hard,
                                    stream);
  }
  /// Agents of a kind in every draw: [agents][draws] -> [draws][1].
  template <class Real>
  static Var<Real> number_of(Var<Real> state) {
    return as_column(sum(state, 0));
  }

  Settings settings_;
  GradientHorizon horizon_;
  Indices senders_;     // the contacts of every agent, one after the other
  Segments receivers_;  // whose contacts they are
};

}  // namespace starling::examples
