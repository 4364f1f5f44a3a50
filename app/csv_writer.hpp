#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace starling::app {

/// Comma-separated text in memory. Numbers are written with the fewest digits that read back to the same
/// value.
class CsvWriter {
 public:
  explicit CsvWriter(std::span<const std::string> columns);

  CsvWriter& cell(double value);
  CsvWriter& cell(std::int64_t value);
  /// Empty where there is no number.
  CsvWriter& cell_or_empty(double value);
  /// Quoted when it holds a comma, a quote or a line break.
  CsvWriter& cell(std::string_view text);
  /// Throws std::logic_error unless the row has one cell per column.
  void end_row();

  /// A whole row: row("Camden", std::int64_t{3}, 0.5).
  template <typename... Cells>
  void row(const Cells&... cells) {
    (cell(cells), ...);
    end_row();
  }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void separate();

  std::string text_;
  std::size_t columns_ = 0;
  std::size_t cells_ = 0;
};

}  // namespace starling::app
