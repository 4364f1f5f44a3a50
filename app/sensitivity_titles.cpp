#include <algorithm>

#include <fmt/format.h>

#include <starling/app/sensitivity_titles.hpp>

namespace starling::app {
namespace {

std::string short_title(std::string name) {
  constexpr std::string_view kNetworks = "networks.";
  constexpr std::string_view kPolicies = "policies.";
  constexpr std::string_view kBeta = ".log10_beta";
  if (name == "epidemic.log10_seed_fraction") return "seed fraction";
  if (name.starts_with(kNetworks) && name.ends_with(kBeta) && name.size() > kNetworks.size() + kBeta.size())
    name = name.substr(kNetworks.size(), name.size() - kNetworks.size() - kBeta.size());
  if (name.starts_with(kPolicies)) {
    name.erase(0, kPolicies.size());
    std::ranges::replace(name, '.', ' ');
  }
  return name;
}

}  // namespace

bool has_elasticities(const SensitivityResult& result) {
  return std::ranges::all_of(result.parameters, [](const SensitivityParameter& parameter) {
    return parameter.is_log10 || parameter.value.has_value();
  });
}

MeanEstimate shown_derivative(const SensitivityResult& result, int input, int output) {
  const LocalDerivative& derivative = result.local->at(input, output);
  if (!has_elasticities(result)) return derivative.log_derivative;
  return elasticity(result.parameters[static_cast<std::size_t>(input)], derivative);
}

std::string shown_in_words(const SensitivityResult& result) {
  return has_elasticities(result)
             ? "change in % when the parameter, or what it is the logarithm of, grows by 1 %"
             : "change of the logarithm per unit of the parameter";
}

std::string outcome_title(const SensitivityResult& result, int outcome) {
  return result.outcomes[static_cast<std::size_t>(outcome)].title;
}

std::string input_title(const SensitivityResult& result, int input) {
  const auto place = static_cast<std::size_t>(input);
  return place < result.parameters.size() ? short_title(result.parameters[place].name) : "noise";
}

std::string names_axis(const std::vector<std::string>& names) {
  std::string tics;
  for (std::size_t i = 0; i < names.size(); ++i)
    tics +=
        fmt::format("{}{} {}", i == 0 ? "" : ", ", gnuplot_quote(gnuplot_text(names[i])), names.size() - i);
  return fmt::format("set yrange [0.4:{}]\nset ytics nomirror ({})\n",
                     static_cast<double>(names.size()) + 0.6, tics);
}

int names_px(const std::vector<std::string>& names) {
  std::size_t longest = 0;
  for (const std::string& name : names) longest = std::max(longest, name.size());
  return 30 + 8 * static_cast<int>(longest);
}

std::vector<std::string> input_titles(const SensitivityResult& result, int inputs) {
  std::vector<std::string> titles;
  for (int input = 0; input < inputs; ++input) titles.push_back(input_title(result, input));
  return titles;
}

}  // namespace starling::app
