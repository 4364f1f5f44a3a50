#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/core/error.hpp>
#include <starling/core/nearest_name.hpp>
#include <starling/inference/prior_forms.hpp>

namespace starling {

namespace {

std::string_view without_spaces_around(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\n\r";
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

[[noreturn]] void refuse(std::string_view text, const std::string& reason) {
  throw InputError(fmt::format("prior \"{}\": {}", text, reason));
}

double number_of(std::string_view word, std::string_view text) {
  double number = 0.0;
  const char* end = word.data() + word.size();
  const auto result = std::from_chars(word.data(), end, number);
  if (word.empty() || result.ec != std::errc() || result.ptr != end)
    refuse(text, fmt::format("\"{}\" is not a number", word));
  return number;
}

std::vector<double> numbers_of(std::string_view list, std::string_view text) {
  std::vector<double> numbers;
  if (without_spaces_around(list).empty()) return numbers;
  for (std::size_t first = 0; first <= list.size();) {
    const std::size_t comma = std::min(list.find(',', first), list.size());
    numbers.push_back(number_of(without_spaces_around(list.substr(first, comma - first)), text));
    first = comma + 1;
  }
  return numbers;
}

const PriorForm& form_named(std::string_view name, std::string_view text) {
  std::vector<std::string> known;
  for (const PriorForm& form : prior_forms()) {
    if (form.name == name) return form;
    known.emplace_back(form.name);
  }
  refuse(text, fmt::format("there is no distribution \"{}\", the nearest is {}; expected one of {}", name,
                           nearest_name(name, known), prior_forms_in_words()));
}

}  // namespace

std::span<const PriorForm> prior_forms() {
  static const std::vector<PriorForm> forms{
      {PriorKind::normal, "normal", {"mean", "sd"}, 2},
      {PriorKind::log_normal, "log_normal", {"location", "scale"}, 2},
      {PriorKind::uniform, "uniform", {"low", "high"}, 2},
      {PriorKind::beta, "beta", {"a", "b", "low", "high"}, 2},
      {PriorKind::half_normal, "half_normal", {"scale"}, 1},
      {PriorKind::gamma, "gamma", {"shape", "rate"}, 2},
      {PriorKind::exponential, "exponential", {"rate"}, 1},
      {PriorKind::student_t, "student_t", {"degrees_of_freedom", "location", "scale"}, 3}};
  return forms;
}

std::string prior_forms_in_words() {
  std::vector<std::string> words;
  for (const PriorForm& form : prior_forms()) {
    const std::span<const std::string_view> names(form.parameters);
    words.push_back(fmt::format("{}({})", form.name, fmt::join(names.first(form.required), ", ")));
    if (form.required < names.size())
      words.push_back(fmt::format("{}({})", form.name, fmt::join(names, ", ")));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

MarginalPrior MarginalPrior::parse(std::string_view text) {
  const std::string_view trimmed = without_spaces_around(text);
  const std::size_t open = trimmed.find('(');
  if (open == std::string_view::npos || !trimmed.ends_with(')'))
    refuse(text, "expected a distribution such as normal(0, 1), one of " + prior_forms_in_words());
  const PriorForm& form = form_named(without_spaces_around(trimmed.substr(0, open)), text);
  std::vector<double> numbers = numbers_of(trimmed.substr(open + 1, trimmed.size() - open - 2), text);
  try {
    return {form.kind, std::move(numbers)};
  } catch (const InputError& error) {
    refuse(text, error.what());
  }
}

std::string MarginalPrior::text() const {
  return fmt::format("{}({})", prior_forms()[static_cast<std::size_t>(kind_)].name,
                     fmt::join(parameters_, ", "));
}

}  // namespace starling
