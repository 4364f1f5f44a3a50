#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

#include <starling/app/toml_entries.hpp>
#include <starling/core/error.hpp>

namespace starling::app {
namespace {

struct PlacedEntry {
  toml::source_position position;
  TomlEntry entry;
};

template <typename Element>
std::optional<ConfigurationValue> list_of(const toml::array& array) {
  std::vector<Element> list;
  for (const toml::node& node : array) {
    const std::optional<Element> element = node.value_exact<Element>();
    if (!element) return std::nullopt;
    list.push_back(*element);
  }
  return list;
}

/// A list in which some numbers are whole.
std::optional<ConfigurationValue> list_of_numbers(const toml::array& array) {
  std::vector<double> list;
  for (const toml::node& node : array) {
    if (!node.is_number()) return std::nullopt;
    list.push_back(node.value_or(0.0));
  }
  return list;
}

std::optional<ConfigurationValue> convert(const toml::node& node) {
  if (const auto truth = node.value_exact<bool>()) return *truth;
  if (const auto integer = node.value_exact<std::int64_t>()) return *integer;
  if (const auto real = node.value_exact<double>()) return *real;
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto date = node.value_exact<toml::date>())
    return fmt::format("{:04}-{:02}-{:02}", date->year, date->month, date->day);
  if (const toml::array* array = node.as_array()) {
    if (auto texts = list_of<std::string>(*array)) return texts;
    if (auto integers = list_of<std::int64_t>(*array)) return integers;
    return list_of_numbers(*array);
  }
  return std::nullopt;
}

std::string text_of(const toml::node& node) {
  std::ostringstream text;
  node.visit([&](const auto& concrete) { text << concrete; });
  return text.str();
}

void flatten(const toml::table& table, const std::string& prefix, const std::string& place,
             std::vector<PlacedEntry>& entries) {
  for (const auto& [key, node] : table) {
    const std::string path = prefix.empty() ? std::string(key.str()) : prefix + "." + std::string(key.str());
    const toml::table* inner = node.as_table();
    if (inner != nullptr && !inner->empty()) {
      flatten(*inner, path, place, entries);
      continue;
    }
    PlacedEntry placed{key.source().begin, {path, place, {}, {}, inner != nullptr}};
    if (inner == nullptr) {
      placed.entry.text = text_of(node);
      placed.entry.value = convert(node);
    }
    if (place != "--set") placed.entry.place = fmt::format("{}:{}", place, placed.position.line);
    entries.push_back(std::move(placed));
  }
}

std::vector<TomlEntry> in_order(std::vector<PlacedEntry> placed) {
  std::stable_sort(placed.begin(), placed.end(), [](const PlacedEntry& a, const PlacedEntry& b) {
    return std::pair(a.position.line, a.position.column) < std::pair(b.position.line, b.position.column);
  });
  std::vector<TomlEntry> entries;
  for (PlacedEntry& one : placed) entries.push_back(std::move(one.entry));
  return entries;
}

/// Puts `value` at the dotted path; the path may quote its parts as in a TOML file.
toml::table parse_override(std::string_view key, std::string_view value) {
  try {
    return toml::parse(fmt::format("{} = {}", key, value));
  } catch (const toml::parse_error&) {
    std::string quoted;
    for (const char letter : value) {
      if (letter == '"' || letter == '\\') quoted += '\\';
      quoted += letter;
    }
    return toml::parse(fmt::format("{} = \"{}\"", key, quoted));
  }
}

}  // namespace

std::vector<TomlEntry> read_toml_entries(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::ostringstream contents;
  if (!stream || std::filesystem::is_directory(file) || !(contents << stream.rdbuf()))
    throw InputError(fmt::format("{}: cannot be read, expected a TOML configuration file", file.string()));
  try {
    const toml::table table = toml::parse(contents.str(), file.string());
    std::vector<PlacedEntry> entries;
    flatten(table, "", file.string(), entries);
    return in_order(std::move(entries));
  } catch (const toml::parse_error& error) {
    const toml::source_position position = error.source().begin;
    throw InputError(fmt::format("{}:{}:{}: {}", file.string(), position.line, position.column,
                                 std::string(error.description())));
  }
}

std::vector<TomlEntry> read_override(std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0)
    throw InputError(fmt::format("--set {}: expected key=value", assignment));
  try {
    const toml::table table = parse_override(assignment.substr(0, equals), assignment.substr(equals + 1));
    std::vector<PlacedEntry> entries;
    flatten(table, "", "--set", entries);
    return in_order(std::move(entries));
  } catch (const toml::parse_error& error) {
    throw InputError(fmt::format("--set {}: {}", assignment, std::string(error.description())));
  }
}

}  // namespace starling::app
