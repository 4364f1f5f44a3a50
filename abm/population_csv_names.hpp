#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <starling/abm/csv_stream.hpp>

namespace starling {

inline constexpr const char* kPeopleTable = "people.csv";
inline constexpr const char* kVenuesTable = "venues.csv";
inline constexpr const char* kMembershipsTable = "memberships.csv";
inline constexpr const char* kNamesTable = "names.csv";

/// What names.csv says: the names listed for a column of a table.
class CsvNames {
 public:
  /// An empty list where the folder has no names.csv.
  explicit CsvNames(const std::filesystem::path& folder);
  /// Nothing when no name is listed.
  [[nodiscard]] std::optional<std::vector<std::string>> of(std::string_view table,
                                                           std::string_view column) const;

 private:
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> names_;
};

/// Gives the names of a column codes while rows are read. With a list, other names are refused; without,
/// codes follow the order of first appearance.
class NameCodes {
 public:
  explicit NameCodes(std::optional<std::vector<std::string>> listed);
  /// The code of this cell's name.
  std::int32_t code(const CsvStream& table, std::size_t column);
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] bool listed() const { return closed_; }

 private:
  bool closed_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::int32_t> codes_;
};

}  // namespace starling
