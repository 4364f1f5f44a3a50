#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <starling/app/configuration_keys.hpp>

namespace starling::app {

/// Builders of key-table entries. `member` maps a target to a reference to the variable the key sets; it is a
/// generic lambda, so that one lambda serves reading and writing.

inline bool positive(double value) {
  return value > 0.0;
}
inline bool not_negative(double value) {
  return value >= 0.0;
}
inline bool any(double) {
  return true;
}
inline bool any_text(const std::string&) {
  return true;
}
inline bool not_empty(const std::string& text) {
  return !text.empty();
}

template <typename Target, typename Member>
Key<Target> integer_key(std::string name, Member member, std::int64_t low, std::int64_t high,
                        std::string help) {
  const std::string bounds = high == std::numeric_limits<std::int64_t>::max()
                                 ? "of at least " + std::to_string(low)
                                 : "from " + std::to_string(low) + " to " + std::to_string(high);
  auto set = [=](Target& target, const ConfigurationValue& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number == nullptr || *number < low || *number > high) return false;
    member(target) = static_cast<std::remove_cvref_t<decltype(member(target))>>(*number);
    return true;
  };
  auto get = [=](const Target& target) -> ConfigurationValue {
    return static_cast<std::int64_t>(member(target));
  };
  return {std::move(name), "an integer " + bounds, std::move(help), set, get};
}

/// A real number for which `holds` is true; `rule` says the same in words.
template <typename Target, typename Member>
Key<Target> number_key(std::string name, Member member, const std::function<bool(double)>& holds,
                       const std::string& rule, std::string help) {
  auto set = [=](Target& target, const ConfigurationValue& value) {
    double number = 0.0;
    if (const auto* real = std::get_if<double>(&value)) {
      number = *real;
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      number = static_cast<double>(*integer);
    } else {
      return false;
    }
    if (!std::isfinite(number) || !holds(number)) return false;
    member(target) = number;
    return true;
  };
  auto get = [=](const Target& target) -> ConfigurationValue { return member(target); };
  return {std::move(name), rule.empty() ? "a number" : "a number " + rule, std::move(help), set, get};
}

/// A list of real numbers, or one number for a list of one, for each of which `holds` is true. Whole numbers
/// may be written without a point.
template <typename Target, typename Member>
Key<Target> number_list_key(std::string name, Member member, const std::function<bool(double)>& holds,
                            std::string allowed, std::string help) {
  auto set = [=](Target& target, const ConfigurationValue& value) {
    std::vector<double> list;
    if (const auto* reals = std::get_if<std::vector<double>>(&value)) list = *reals;
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&value))
      list.assign(integers->begin(), integers->end());
    if (const auto* real = std::get_if<double>(&value)) list.push_back(*real);
    if (const auto* integer = std::get_if<std::int64_t>(&value))
      list.push_back(static_cast<double>(*integer));
    if (list.empty()) return false;
    for (const double number : list) {
      if (!std::isfinite(number) || !holds(number)) return false;
    }
    member(target) = std::move(list);
    return true;
  };
  auto get = [=](const Target& target) -> ConfigurationValue { return member(target); };
  return {std::move(name), std::move(allowed), std::move(help), set, get};
}

template <typename Target, typename Member>
Key<Target> boolean_key(std::string name, Member member, std::string help) {
  auto set = [=](Target& target, const ConfigurationValue& value) {
    const auto* truth = std::get_if<bool>(&value);
    if (truth != nullptr) member(target) = *truth;
    return truth != nullptr;
  };
  auto get = [=](const Target& target) -> ConfigurationValue { return member(target); };
  return {std::move(name), "true or false", std::move(help), set, get};
}

template <typename Target, typename Member>
Key<Target> text_key(std::string name, Member member, const std::function<bool(const std::string&)>& holds,
                     std::string allowed, std::string help) {
  auto set = [=](Target& target, const ConfigurationValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || !holds(*text)) return false;
    member(target) = *text;
    return true;
  };
  auto get = [=](const Target& target) -> ConfigurationValue { return member(target); };
  return {std::move(name), std::move(allowed), std::move(help), set, get};
}

/// One of a few names, each standing for a value of an enumeration.
template <typename Target, typename Member, typename Enumeration>
Key<Target> choice_key(std::string name, Member member,
                       std::vector<std::pair<std::string, Enumeration>> choices, std::string help) {
  std::string allowed = "one of";
  for (const auto& [text, choice] : choices) allowed += (allowed == "one of" ? " \"" : ", \"") + text + '"';
  auto set = [=](Target& target, const ConfigurationValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    for (const auto& [known, choice] : choices) {
      if (text == nullptr || *text != known) continue;
      member(target) = choice;
      return true;
    }
    return false;
  };
  auto get = [=](const Target& target) -> ConfigurationValue {
    for (const auto& [known, choice] : choices) {
      if (member(target) == choice) return known;
    }
    return std::string();
  };
  return {std::move(name), std::move(allowed), std::move(help), set, get};
}

}  // namespace starling::app
