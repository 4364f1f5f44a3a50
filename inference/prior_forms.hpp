#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <starling/inference/marginal_prior.hpp>

namespace starling {

/// How a kind of marginal is written: its name and the names of its parameters.
struct PriorForm {
  PriorKind kind;
  std::string_view name;
  std::vector<std::string_view> parameters;
  std::size_t required;  // parameters after these may be left out together
};

/// All kinds, in the order of PriorKind.
std::span<const PriorForm> prior_forms();

/// "normal(mean, sd), log_normal(location, scale), …"
std::string prior_forms_in_words();

}  // namespace starling
