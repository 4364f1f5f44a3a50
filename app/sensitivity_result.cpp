#include <cmath>
#include <limits>
#include <numbers>

#include <starling/app/csv_writer.hpp>
#include <starling/app/sensitivity_result.hpp>

namespace starling::app {
namespace {

void add_cells(CsvWriter& csv, const MeanEstimate& estimate) {
  csv.cell_or_empty(estimate.mean);
  csv.cell_or_empty(estimate.standard_error);
}

void add_cells(CsvWriter& csv, const IndexEstimate& estimate) {
  csv.cell_or_empty(estimate.value);
  csv.cell_or_empty(estimate.low);
  csv.cell_or_empty(estimate.high);
}

std::string input_name(const SensitivityResult& result, int input) {
  const auto place = static_cast<std::size_t>(input);
  return place < result.parameters.size() ? result.parameters[place].name : "noise";
}

/// A row for each outcome and input; `add` fills its cells.
template <class AddCells>
void add_rows(CsvWriter& csv, const SensitivityResult& result, int inputs, const AddCells& add) {
  for (int outcome = 0; outcome < result.outcome_count(); ++outcome) {
    for (int input = 0; input < inputs; ++input) {
      csv.cell(result.outcomes[static_cast<std::size_t>(outcome)].name).cell(input_name(result, input));
      add(input, outcome);
      csv.end_row();
    }
  }
}

}  // namespace

MeanEstimate elasticity(const SensitivityParameter& parameter, const LocalDerivative& derivative) {
  double factor = std::numeric_limits<double>::quiet_NaN();
  if (parameter.is_log10)
    factor = 1.0 / std::numbers::ln10;
  else if (parameter.value)
    factor = *parameter.value;
  return {derivative.log_derivative.mean * factor,
          derivative.log_derivative.standard_error * std::abs(factor)};
}

std::string sensitivity_csv(const SensitivityResult& result) {
  const LocalDerivatives& local = result.local.value();
  CsvWriter csv(std::vector<std::string>{
      "outcome", "parameter", "mean", "mean_se", "derivative", "derivative_se", "half_step_derivative",
      "half_step_se", "steps_agree", "log_derivative", "log_derivative_se", "elasticity", "elasticity_se"});
  add_rows(csv, result, result.parameter_count(), [&](int input, int outcome) {
    const LocalDerivative& one = local.at(input, outcome);
    add_cells(csv, local.value[static_cast<std::size_t>(outcome)]);
    add_cells(csv, one.derivative);
    add_cells(csv, one.half_step);
    csv.cell(one.steps_agree() ? "yes" : "no");
    add_cells(csv, one.log_derivative);
    add_cells(csv, elasticity(result.parameters[static_cast<std::size_t>(input)], one));
  });
  return csv.text();
}

std::string sensitivity_over_time_csv(const SensitivityResult& result) {
  const LocalDerivatives& local = result.local.value();
  CsvWriter csv(std::vector<std::string>{"date", "parameter", "cases_cumulative", "derivative",
                                         "derivative_se", "log_derivative", "log_derivative_se"});
  for (std::size_t day = 0; day < result.dates.size(); ++day) {
    const int output = result.outcome_count() + static_cast<int>(day);
    for (int input = 0; input < result.parameter_count(); ++input) {
      csv.cell(result.dates[day]).cell(input_name(result, input));
      csv.cell_or_empty(local.value[static_cast<std::size_t>(output)].mean);
      add_cells(csv, local.at(input, output).derivative);
      add_cells(csv, local.at(input, output).log_derivative);
      csv.end_row();
    }
  }
  return csv.text();
}

double PosteriorUncertainty::first_order(int outcome) const {
  double sum = 0.0;
  for (const VarianceContribution& part : parts[static_cast<std::size_t>(outcome)])
    sum += part.with_covariances;
  return sum;
}

std::string posterior_uncertainty_csv(const SensitivityResult& result) {
  const PosteriorUncertainty& uncertainty = result.uncertainty.value();
  CsvWriter csv(std::vector<std::string>{"outcome", "parameter", "parameter_sd", "derivative",
                                         "derivative_se", "variance_alone", "variance_with_covariances",
                                         "share", "first_order_variance", "posterior_variance",
                                         "posterior_variance_se", "noise_variance", "noise_variance_se"});
  add_rows(csv, result, result.parameter_count(), [&](int input, int outcome) {
    const auto p = static_cast<std::size_t>(input);
    const auto place = static_cast<std::size_t>(outcome);
    const VarianceContribution& part = uncertainty.parts[place][p];
    const double all = uncertainty.first_order(outcome);
    csv.cell(std::sqrt(uncertainty.covariance[p * (result.parameters.size() + 1)]));
    add_cells(csv, result.local->at(input, outcome).derivative);
    csv.cell(part.alone).cell(part.with_covariances).cell_or_empty(part.with_covariances / all).cell(all);
    add_cells(csv, uncertainty.runs[place].of_draws);
    add_cells(csv, uncertainty.runs[place].of_noise);
  });
  return csv.text();
}

std::string policy_csv(const SensitivityResult& result) {
  const RestrictionEffects& restriction = result.restriction.value();
  CsvWriter csv(std::vector<std::string>{"outcome", "rank", "network", "mean", "mean_se", "one_percent",
                                         "one_percent_se", "double_step", "double_step_se", "steps_agree",
                                         "ten_percent", "ten_percent_se", "twenty_percent",
                                         "twenty_percent_se"});
  for (int outcome = 0; outcome < result.outcome_count(); ++outcome) {
    std::int64_t rank = 0;
    for (const int network : restriction.ranking(outcome)) {
      const RestrictionEffect& effect = restriction.at(network, outcome);
      csv.cell(result.outcomes[static_cast<std::size_t>(outcome)].name).cell(++rank);
      csv.cell(restriction.networks[static_cast<std::size_t>(network)]);
      add_cells(csv, restriction.unrestricted[static_cast<std::size_t>(outcome)]);
      add_cells(csv, effect.of_one_percent);
      add_cells(csv, effect.with_double_step);
      csv.cell(effect.steps_agree ? "yes" : "no");
      add_cells(csv, effect.of_ten_percent);
      add_cells(csv, effect.of_twenty_percent);
      csv.end_row();
    }
  }
  return csv.text();
}

std::string sobol_csv(const SensitivityResult& result) {
  const SobolIndices& sobol = result.sobol.value();
  CsvWriter csv(std::vector<std::string>{"outcome", "input", "first", "first_low", "first_high", "total",
                                         "total_low", "total_high"});
  add_rows(csv, result, sobol.inputs, [&](int input, int outcome) {
    add_cells(csv, sobol.first[sobol.place(input, outcome)]);
    add_cells(csv, sobol.total[sobol.place(input, outcome)]);
  });
  return csv.text();
}

std::string morris_csv(const SensitivityResult& result) {
  const ElementaryEffects& morris = result.morris.value();
  CsvWriter csv(
      std::vector<std::string>{"outcome", "parameter", "mu", "mu_se", "mu_star", "mu_star_se", "sigma"});
  add_rows(csv, result, morris.inputs, [&](int input, int outcome) {
    const std::size_t place = morris.place(input, outcome);
    add_cells(csv, morris.effect[place]);
    add_cells(csv, morris.absolute_effect[place]);
    csv.cell_or_empty(morris.sd[place]);
  });
  return csv.text();
}

std::string dgsm_csv(const SensitivityResult& result) {
  const DerivativeBounds& bounds = result.bounds.value();
  CsvWriter csv(std::vector<std::string>{"outcome", "parameter", "mean_square", "mean_square_se",
                                         "total_bound", "total_bound_se"});
  add_rows(csv, result, bounds.inputs, [&](int input, int outcome) {
    add_cells(csv, bounds.mean_square[bounds.place(input, outcome)]);
    add_cells(csv, bounds.total_bound[bounds.place(input, outcome)]);
  });
  return csv.text();
}

int disagreements(const SensitivityResult& result) {
  int count = 0;
  for (int outcome = 0; outcome < result.outcome_count(); ++outcome) {
    for (int input = 0; result.local && input < result.parameter_count(); ++input)
      count += result.local->at(input, outcome).steps_agree() ? 0 : 1;
  }
  return count;
}

}  // namespace starling::app
