#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace starling {

/// A comma-separated table with one header line. Every error is an InputError that names the file, the line,
/// the column, the value and the rule.
class CsvTable {
 public:
  /// Reads the whole file. Lines must have as many cells as the header; blank lines are skipped.
  static CsvTable read(const std::filesystem::path& path);

  [[nodiscard]] std::size_t rows() const { return cells_.size(); }
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  /// Index of the named column; the error lists the columns that exist.
  [[nodiscard]] std::size_t column(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::size_t row, std::size_t column) const;
  /// A finite number of at least 0.
  [[nodiscard]] double number(std::size_t row, std::size_t column) const;
  /// A whole number of at least 0.
  [[nodiscard]] std::int64_t count(std::size_t row, std::size_t column) const;
  /// Throws an InputError for this cell that states `rule`.
  [[noreturn]] void fail(std::size_t row, std::size_t column, std::string_view rule) const;

 private:
  std::filesystem::path path_;
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> cells_;  // [rows][columns]
  std::vector<std::size_t> lines_;               // [rows] line number in the file
};

}  // namespace starling
