#include <algorithm>

#include <fmt/format.h>

#include <starling/abm/population_csv_names.hpp>

namespace starling {

CsvNames::CsvNames(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kNamesTable;
  if (!std::filesystem::exists(path)) return;
  CsvStream table(path);
  const std::size_t file = table.column("file");
  const std::size_t column = table.column("column");
  const std::size_t name = table.column("name");
  while (table.next()) {
    const std::string_view of = table.cell(file);
    if (of != "population" && of != "people" && of != "venues")
      table.fail(file, "population, people or venues");
    if (of != "people" && table.cell(column) != (of == "venues" ? "type" : "area"))
      table.fail(column, of == "venues" ? "type" : "area");
    auto& names = names_[{std::string(of), std::string(table.cell(column))}];
    if (of == "population" && !names.empty()) table.fail(name, "one area");
    names.emplace_back(table.cell(name));
  }
}

std::optional<std::vector<std::string>> CsvNames::of(std::string_view table, std::string_view column) const {
  const auto found = names_.find({std::string(table), std::string(column)});
  if (found == names_.end()) return std::nullopt;
  return found->second;
}

NameCodes::NameCodes(std::optional<std::vector<std::string>> listed) : closed_(listed.has_value()) {
  if (listed) names_ = std::move(*listed);
  for (const std::string& name : names_) codes_.emplace(name, static_cast<std::int32_t>(codes_.size()));
}

std::int32_t NameCodes::code(const CsvStream& table, std::size_t column) {
  const auto [found, is_new] =
      codes_.try_emplace(std::string(table.cell(column)), static_cast<std::int32_t>(codes_.size()));
  if (!is_new) return found->second;
  if (closed_) {
    constexpr std::size_t kShown = 20;
    const auto shown = static_cast<std::ptrdiff_t>(std::min(names_.size(), kShown));
    table.fail(column, fmt::format("one of {}{}", fmt::join(names_.begin(), names_.begin() + shown, ", "),
                                   names_.size() > kShown ? ", …" : ""));
  }
  names_.push_back(found->first);
  return found->second;
}

}  // namespace starling
