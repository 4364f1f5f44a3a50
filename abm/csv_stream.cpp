#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include <starling/abm/csv_stream.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

std::string read_whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code failure;
  if (!file || !std::filesystem::is_regular_file(path, failure))
    throw InputError(fmt::format("{}: cannot be opened, expected a readable table", path.string()));
  std::string text(std::filesystem::file_size(path, failure), '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

void begin_cell(std::string& text) {
  if (!text.empty() && text.back() != '\n') text += ',';
}

}  // namespace

CsvStream::CsvStream(std::filesystem::path path) : path_(std::move(path)), text_(read_whole(path_)) {
  if (text_.starts_with("\xEF\xBB\xBF")) place_ = 3;
  if (!read_row(columns_))
    throw InputError(fmt::format("{}: no rows, expected a header line", path_.string()));
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (std::find(columns_.begin(), columns_.begin() + static_cast<std::ptrdiff_t>(i), columns_[i]) !=
        columns_.begin() + static_cast<std::ptrdiff_t>(i))
      throw InputError(fmt::format("{}:{}: column \"{}\" stands twice, expected once", path_.string(), line_,
                                   columns_[i]));
  }
}

bool CsvStream::has_column(std::string_view name) const {
  return std::find(columns_.begin(), columns_.end(), name) != columns_.end();
}

std::size_t CsvStream::column(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found == columns_.end())
    throw InputError(fmt::format("{}:1: column \"{}\" is missing; the columns are {}", path_.string(), name,
                                 fmt::join(columns_, ", ")));
  return static_cast<std::size_t>(found - columns_.begin());
}

bool CsvStream::next() {
  if (!read_row(cells_)) return false;
  if (cells_.size() != columns_.size())
    throw InputError(fmt::format("{}:{}: {} cells, expected {} as in the header", path_.string(), line_,
                                 cells_.size(), columns_.size()));
  return true;
}

bool CsvStream::read_row(std::vector<std::string_view>& cells) {
  cells.clear();
  while (place_ < text_.size() && (text_[place_] == '\n' || text_[place_] == '\r')) {
    if (text_[place_] == '\n') ++next_line_;
    ++place_;
  }
  line_ = next_line_;
  if (place_ == text_.size()) return false;
  while (true) {
    if (place_ < text_.size() && text_[place_] == '"') {
      cells.push_back(read_quoted());
    } else {
      const std::size_t end = std::min(text_.find_first_of(",\r\n", place_), text_.size());
      cells.push_back(std::string_view(text_).substr(place_, end - place_));
      place_ = end;
    }
    if (place_ == text_.size() || text_[place_] != ',') break;
    ++place_;
  }
  if (place_ < text_.size() && text_[place_] != '\r' && text_[place_] != '\n')
    throw InputError(
        fmt::format("{}:{}: text behind a closing quote, expected a comma or the end of the line",
                    path_.string(), next_line_));
  return true;
}

// The text between the quotes, doubled ones made single where they stand: it only gets shorter.
std::string_view CsvStream::read_quoted() {
  const std::size_t begin = ++place_;
  std::size_t end = begin;
  for (; place_ < text_.size(); ++place_) {
    if (text_[place_] == '"') {
      ++place_;
      if (place_ == text_.size() || text_[place_] != '"')
        return std::string_view(text_).substr(begin, end - begin);
    }
    if (text_[place_] == '\n') ++next_line_;
    text_[end++] = text_[place_];
  }
  throw InputError(
      fmt::format("{}:{}: a quoted cell has no end, expected a closing quote", path_.string(), line_));
}

std::int64_t CsvStream::integer(std::size_t column, std::int64_t low, std::int64_t high) const {
  const std::string_view text = cell(column);
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || value < low || value > high)
    fail(column, fmt::format("a whole number from {} to {}", low, high));
  return value;
}

void CsvStream::fail(std::size_t column, std::string_view rule) const {
  throw InputError(fmt::format("{}:{}: column \"{}\": value \"{}\", expected {}", path_.string(), line_,
                               columns_[column], cell(column), rule));
}

void append_csv_cell(std::string& text, std::string_view cell) {
  begin_cell(text);
  if (!cell.empty() && cell.find_first_of(",\"\r\n") == std::string_view::npos) {
    text += cell;
    return;
  }
  text += '"';
  for (const char letter : cell) {
    if (letter == '"') text += '"';
    text += letter;
  }
  text += '"';
}

void append_csv_cell(std::string& text, std::int64_t number) {
  begin_cell(text);
  fmt::format_to(std::back_inserter(text), "{}", number);
}

}  // namespace starling
