#include <starling/abm/hdf5_file.hpp>

namespace starling {

std::string_view Hdf5Texts::with_blanks(std::int64_t row) const {
  const std::string_view text(bytes_.data() + static_cast<std::size_t>(row) * width_, width_);
  return text.substr(0, text.find('\0'));
}

std::string_view Hdf5Texts::operator[](std::int64_t row) const {
  const std::string_view text = with_blanks(row);
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

}  // namespace starling
