#pragma once

#include <cmath>

#include <starling/core/macros.hpp>
#include <starling/kernels/adamw.hpp>

namespace starling {

template <class Real>
struct AdamwBody {
  AdamwArgs<Real> args;
  // 1 / (1 - beta^step), computed once and in double.
  Real first_correction;
  Real second_correction;

  STARLING_HD void operator()(std::int64_t i) const {
    const Real g = args.gradient[i];
    const Real beta1 = static_cast<Real>(args.beta1);
    const Real beta2 = static_cast<Real>(args.beta2);
    const Real m = beta1 * args.first_moment[i] + static_cast<Real>(1.0 - args.beta1) * g;
    const Real v = beta2 * args.second_moment[i] + static_cast<Real>(1.0 - args.beta2) * g * g;
    args.first_moment[i] = m;
    args.second_moment[i] = v;
    const Real direction =
        m * first_correction / (std::sqrt(v * second_correction) + static_cast<Real>(args.epsilon));
    const Real p = args.parameters[i];
    args.parameters[i] =
        p - static_cast<Real>(args.learning_rate) * (direction + static_cast<Real>(args.weight_decay) * p);
  }
};

template <class Real>
AdamwBody<Real> make_adamw_body(const AdamwArgs<Real>& args) {
  const auto step = static_cast<double>(args.step);
  return {args, static_cast<Real>(1.0 / (1.0 - std::pow(args.beta1, step))),
          static_cast<Real>(1.0 / (1.0 - std::pow(args.beta2, step)))};
}

}  // namespace starling
