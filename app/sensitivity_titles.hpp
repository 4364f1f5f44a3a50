#pragma once

#include <string>
#include <vector>

#include <starling/app/sensitivity_result.hpp>

namespace starling::app {

/// What the pictures of an analysis have in common.

/// Whether pictures can show elasticities; else they show log derivatives.
bool has_elasticities(const SensitivityResult& result);
/// What pictures show of a derivative.
MeanEstimate shown_derivative(const SensitivityResult& result, int input, int output);
std::string shown_in_words(const SensitivityResult& result);

std::string outcome_title(const SensitivityResult& result, int outcome);
/// "household" of "networks.household.log10_beta", "lockdown factors all" of a policy's number, "seed
/// fraction", "noise" of the input behind all parameters; other names as they are.
std::string input_title(const SensitivityResult& result, int input);
/// Of the first inputs.
std::vector<std::string> input_titles(const SensitivityResult& result, int inputs);

/// "set ytics" with names from the top down, at whole numbers from their count to 1.
std::string names_axis(const std::vector<std::string>& names);
/// Pixels beside a panel for the longest of the names.
int names_px(const std::vector<std::string>& names);

/// Maps of all outcomes and parameters, and of cumulative infections by day and parameter.
PlotScript plot_outcome_map(const SensitivityResult& result);
PlotScript plot_over_time(const SensitivityResult& result, const PlotDates& dates);

}  // namespace starling::app
