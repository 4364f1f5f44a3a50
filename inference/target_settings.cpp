#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include <starling/core/check.hpp>
#include <starling/core/error.hpp>
#include <starling/inference/count_draws.hpp>
#include <starling/inference/target_settings.hpp>

namespace starling {

namespace {

std::string place_of(const TargetSettings& target) {
  return "calibrate.targets." + target.name;
}

std::variant<QuadraticLoss, CountLikelihood> loss_of(const TargetSettings& target,
                                                     std::vector<double> observed) {
  const auto form = QuadraticLoss::Form::unbiased;
  switch (target.loss) {
    case TargetLoss::negative_binomial:
      return CountLikelihood::negative_binomial(std::move(observed), target.dispersion);
    case TargetLoss::poisson:
      return CountLikelihood::poisson(std::move(observed));
    case TargetLoss::log_mse:
      for (double& value : observed) value = std::log1p(value) / std::numbers::ln10;
      return QuadraticLoss::mse(std::move(observed), form);
    case TargetLoss::mse:
      return QuadraticLoss::mse(std::move(observed), form);
    case TargetLoss::relative:
      break;
  }
  return QuadraticLoss::relative(std::move(observed), form);
}

}  // namespace

MarginalPrior TargetSettings::default_dispersion_prior() const {
  return MarginalPrior(PriorKind::normal, {std::log(dispersion), 1.0});
}

void check_target(const TargetSettings& target) {
  const std::string place = place_of(target);
  check_series_target(place, target.series);
  check_non_negative(place, "weight", target.weight);
  check_positive(place, "dispersion", target.dispersion);
  check_that(!target.has_counts() || target.series.form != SeriesForm::cumulative, place,
             "form: cumulative counts are not independent, expected \"daily\" or \"weekly\" for this loss");
  check_that(!target.composition || (target.has_counts() && !target.series.key.by.empty()), place,
             "composition: only counts of several rows have one, expected loss = \"poisson\" or "
             "\"negative_binomial\" and by = \"age\" or an attribute");
  check_that(!target.calibrate_dispersion || target.loss == TargetLoss::negative_binomial, place,
             "calibrate_dispersion: only loss = \"negative_binomial\" has a dispersion");
  check_that(!target.calibrate_dispersion || target.weight > 0.0, place,
             "calibrate_dispersion: a target of weight 0 is not fitted");
}

Target target_loss(const TargetSettings& target, std::int64_t first, std::vector<double> observed, int rows) {
  check_that(std::ranges::any_of(observed, [](double value) { return !std::isnan(value); }), place_of(target),
             "nothing was observed in its window");
  try {
    const bool logarithmic = target.loss == TargetLoss::log_mse;
    // The mean over all values times the number of rows is the sum over rows of the mean over points.
    const double weight = target.weight * (logarithmic ? rows : 1);
    std::optional<ObservedTotals> totals;
    if (target.composition) totals.emplace(observed, rows);
    return {target.name,
            first,
            loss_of(target, std::move(observed)),
            weight,
            logarithmic ? Target::Scale::log10_one_plus : Target::Scale::natural,
            target.calibrate_dispersion,
            std::move(totals)};
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", place_of(target), error.what()));
  }
}

void add_observation_noise(const TargetSettings& target, std::size_t length,
                           std::span<const double> log_dispersion, const RandomStream& stream,
                           std::span<double> values) {
  if (!target.has_counts()) return;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto index = static_cast<std::uint32_t>(i);
    if (target.loss == TargetLoss::poisson) {
      values[i] = poisson_draw(values[i], stream, index);
      continue;
    }
    const double dispersion =
        log_dispersion.empty() ? target.dispersion : std::exp(log_dispersion[i / length]);
    values[i] = negative_binomial_draw(values[i], dispersion, stream, index);
  }
}

}  // namespace starling
