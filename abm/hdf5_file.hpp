#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace starling {

/// Whether this build reads and writes HDF5. Without it every constructor below throws a ResourceError that
/// says what to install.
bool hdf5_available();

/// For a program's first line: HDF5 does nothing when the program ends. It would close what is still open,
/// and after a damaged file that complains on the terminal or crashes. A library leaves this to its program.
void hdf5_do_nothing_at_exit();

/// Texts of equal width, as they lie in a file.
class Hdf5Texts {
 public:
  Hdf5Texts(std::vector<char> bytes, std::size_t width) : bytes_(std::move(bytes)), width_(width) {}

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(bytes_.size() / width_); }
  /// Without padding: ends before the first NUL, and trailing blanks are cut.
  [[nodiscard]] std::string_view operator[](std::int64_t row) const;
  /// Without the padding of NULs only.
  [[nodiscard]] std::string_view with_blanks(std::int64_t row) const;

 private:
  std::vector<char> bytes_;  // [texts][width]
  std::size_t width_;
};

/// A file open for reading. Every failure is an InputError naming the file and the dataset. Sizes are
/// compared with what the file holds before memory is taken, so that a damaged extent costs nothing.
/// HDF5 is not safe for threads: use from one thread at a time.
/// Numbers T are std::uint8_t, std::int32_t, std::int64_t or double.
class Hdf5Reader {
 public:
  explicit Hdf5Reader(std::filesystem::path path);
  ~Hdf5Reader();
  Hdf5Reader(const Hdf5Reader&) = delete;
  Hdf5Reader& operator=(const Hdf5Reader&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Whether there is something of this name, "group/dataset".
  [[nodiscard]] bool has(const std::string& dataset) const;
  [[nodiscard]] std::vector<std::int64_t> shape(const std::string& dataset) const;
  /// A one-dimensional dataset. Integers must not be wider in the file than T.
  template <class T>
  [[nodiscard]] std::vector<T> numbers(const std::string& dataset) const;
  /// The first `columns` columns of a two-dimensional dataset: [rows][columns].
  template <class T>
  [[nodiscard]] std::vector<T> table(const std::string& dataset, std::int64_t columns) const;
  /// Texts of fixed length.
  [[nodiscard]] Hdf5Texts texts(const std::string& dataset) const;
  [[nodiscard]] Hdf5Texts text_table(const std::string& dataset, std::int64_t columns) const;
  /// Throws an InputError about the dataset.
  [[noreturn]] void fail(const std::string& dataset, std::string_view message) const;

 private:
  std::filesystem::path path_;
  std::uintmax_t file_bytes_ = 0;
  std::int64_t file_ = -1;
};

/// A file in the making, in memory: HDF5 does not recover from a full disk (its handles stay open and crash
/// at the end of the program), so the caller writes the bytes. Groups are made as datasets need them.
/// Failures are ResourceErrors naming the dataset.
class Hdf5Writer {
 public:
  /// `user_block_bytes` (0, or a power of two from 512) is what the caller will put in front of the bytes.
  explicit Hdf5Writer(std::uint64_t user_block_bytes = 0);
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  /// One dimension when `columns` is 0, else [rows][columns].
  template <class T>
  void write(const std::string& dataset, std::span<const T> values, std::int64_t columns = 0);
  /// As texts of the width of the longest. Throws InputError for a text with a NUL in it.
  void write_texts(const std::string& dataset, std::span<const std::string> texts, std::int64_t columns = 0);
  /// The whole file, without the user block. Nothing can be written afterwards.
  [[nodiscard]] std::string finish();

 private:
  std::int64_t file_ = -1;
};

}  // namespace starling
