#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace starling {

/// A comma-separated table of any length, read row by row: one header line, cells quoted where they hold a
/// comma, a quote (doubled) or a line break. Cells are views into the text that the stream holds, and live as
/// long as it does. Every error is an InputError that names the file, the line, the column, the value and the
/// rule.
class CsvStream {
 public:
  explicit CsvStream(std::filesystem::path path);
  CsvStream(const CsvStream&) = delete;
  CsvStream& operator=(const CsvStream&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const std::vector<std::string_view>& columns() const { return columns_; }
  /// Index of the named column; the error lists the columns that exist.
  [[nodiscard]] std::size_t column(std::string_view name) const;
  [[nodiscard]] bool has_column(std::string_view name) const;

  /// Goes on to the next row that is not blank; false at the end.
  bool next();
  [[nodiscard]] std::string_view cell(std::size_t column) const { return cells_[column]; }
  /// A whole number from `low` to `high`.
  [[nodiscard]] std::int64_t integer(std::size_t column, std::int64_t low, std::int64_t high) const;
  /// Throws an InputError for this cell of the row that states `rule`.
  [[noreturn]] void fail(std::size_t column, std::string_view rule) const;

 private:
  bool read_row(std::vector<std::string_view>& cells);
  std::string_view read_quoted();

  std::filesystem::path path_;
  std::string text_;
  std::size_t place_ = 0;
  std::size_t next_line_ = 1;
  std::size_t line_ = 1;
  std::vector<std::string_view> columns_;
  std::vector<std::string_view> cells_;
};

/// Appends a cell, quoted where it must be; a comma before it unless the row begins.
void append_csv_cell(std::string& text, std::string_view cell);
void append_csv_cell(std::string& text, std::int64_t number);

}  // namespace starling
