#include <cmath>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include <starling/app/csv_writer.hpp>

namespace starling::app {

CsvWriter::CsvWriter(std::span<const std::string> columns) : columns_(columns.size()) {
  for (const std::string& column : columns) cell(std::string_view(column));
  end_row();
}

CsvWriter& CsvWriter::cell(double value) {
  separate();
  fmt::format_to(std::back_inserter(text_), "{}", value);
  return *this;
}

CsvWriter& CsvWriter::cell_or_empty(double value) {
  return std::isnan(value) ? cell(std::string_view()) : cell(value);
}

CsvWriter& CsvWriter::cell(std::int64_t value) {
  separate();
  fmt::format_to(std::back_inserter(text_), "{}", value);
  return *this;
}

CsvWriter& CsvWriter::cell(std::string_view text) {
  separate();
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    text_ += text;
    return *this;
  }
  text_ += '"';
  for (const char letter : text) {
    if (letter == '"') text_ += '"';
    text_ += letter;
  }
  text_ += '"';
  return *this;
}

void CsvWriter::end_row() {
  if (cells_ != columns_)
    throw std::logic_error(fmt::format("CSV row with {} cells, expected {}", cells_, columns_));
  cells_ = 0;
  text_ += '\n';
}

void CsvWriter::separate() {
  if (cells_++ > 0) text_ += ',';
}

}  // namespace starling::app
