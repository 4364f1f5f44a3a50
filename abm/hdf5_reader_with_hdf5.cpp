#include <algorithm>
#include <array>
#include <limits>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/abm/hdf5_file.hpp>
#include <starling/abm/hdf5_handle.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

static_assert(sizeof(hid_t) <= sizeof(std::int64_t));

// Deflate, the filter HDF5 files use, makes nothing smaller than one byte in 1032.
constexpr std::uintmax_t kLargestCompression = 1032;

// HDF5 opens files under a lock, which some parallel file systems refuse; a reader needs none.
void ignore_missing_locks([[maybe_unused]] hid_t access) {
#if H5_VERSION_GE(1, 14, 0) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 12, 0))
  H5Pset_file_locking(access, 1, 1);
#endif
}

// A dataset being read: its extent, and its size held against what the file can hold.
class Dataset {
 public:
  Dataset(const Hdf5Reader& reader, hid_t file, std::uintmax_t file_bytes, const std::string& name)
      : reader_(reader),
        name_(name),
        file_bytes_(file_bytes),
        set_(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose),
        space_(set_.valid() ? H5Dget_space(set_.id()) : -1, H5Sclose),
        type_(set_.valid() ? H5Dget_type(set_.id()) : -1, H5Tclose) {
    if (!set_.valid() || !space_.valid() || !type_.valid()) fail("cannot be opened: " + hdf5_reason());
    if (H5Sget_simple_extent_type(space_.id()) != H5S_SIMPLE) fail("has no extent, expected an array");
    const int rank = H5Sget_simple_extent_ndims(space_.id());
    if (rank != 1 && rank != 2) fail(fmt::format("has {} dimensions, expected 1 or 2", rank));
    H5Sget_simple_extent_dims(space_.id(), extent_.data(), nullptr);
    if (rank == 1) extent_[1] = 1;
    rank_ = rank;
    check_size();
  }

  [[noreturn]] void fail(const std::string& message) const { reader_.fail(name_, message); }
  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] std::size_t rows() const { return static_cast<std::size_t>(extent_[0]); }
  [[nodiscard]] std::size_t columns() const { return static_cast<std::size_t>(extent_[1]); }
  [[nodiscard]] hid_t type() const { return type_.id(); }

  // The first `columns` columns of every row.
  void read(void* values, hid_t memory_type, std::size_t columns) const {
    if (rows() == 0 || columns == 0) return;
    const std::array<hsize_t, 2> start{0, 0};
    const std::array<hsize_t, 2> count{extent_[0], columns};
    const Hdf5Handle memory(H5Screate_simple(rank_, count.data(), nullptr), H5Sclose);
    if (!memory.valid() ||
        H5Sselect_hyperslab(space_.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0)
      fail("cannot be selected: " + hdf5_reason());
    if (H5Dread(set_.id(), memory_type, memory.id(), space_.id(), H5P_DEFAULT, values) < 0)
      fail("cannot be read: " + hdf5_reason());
  }

 private:
  // A damaged extent, element size or chunk must not ask for more than the file can fill.
  void check_size() const {
    const std::uintmax_t width = H5Tget_size(type_.id());
    if (width == 0) fail("has elements of no size");
    const Hdf5Handle layout(H5Dget_create_plist(set_.id()), H5Pclose);
    if (!layout.valid()) fail("has no readable layout: " + hdf5_reason());
    const bool compressed = H5Pget_nfilters(layout.id()) > 0;
    const std::uintmax_t stored = H5Dget_storage_size(set_.id());
    const std::uintmax_t factor = compressed ? kLargestCompression : 1;
    if (stored > file_bytes_ || !holds(stored * factor, width, extent_[0], extent_[1]))
      fail(fmt::format("declares {} x {} elements of {} bytes, stored in {} bytes of a file of {}",
                       extent_[0], extent_[1], width, stored, file_bytes_));
    if (H5Pget_layout(layout.id()) != H5D_CHUNKED) return;
    std::array<hsize_t, 2> chunk{1, 1};
    if (H5Pget_chunk(layout.id(), rank_, chunk.data()) != rank_ ||
        !holds(file_bytes_ * kLargestCompression, width, chunk[0], chunk[1]))
      fail("has chunks larger than the file");
  }

  static bool holds(std::uintmax_t bytes, std::uintmax_t width, std::uintmax_t rows, std::uintmax_t columns) {
    return rows == 0 || columns == 0 || bytes / width / rows >= columns;
  }

  const Hdf5Reader& reader_;
  const std::string& name_;
  std::uintmax_t file_bytes_;
  Hdf5Handle set_;
  Hdf5Handle space_;
  Hdf5Handle type_;
  std::array<hsize_t, 2> extent_{0, 0};
  int rank_ = 0;
};

// HDF5 would cut values that do not fit; what cannot fit by its type is refused.
template <class T>
void check_number_type(const Dataset& set) {
  const H5T_class_t kind = H5Tget_class(set.type());
  const std::size_t width = H5Tget_size(set.type());
  if constexpr (std::is_floating_point_v<T>) {
    if (kind == H5T_FLOAT && width <= sizeof(T)) return;
    set.fail(fmt::format("must hold real numbers of at most {} bytes", sizeof(T)));
  } else {
    const bool unsigned_here = std::is_unsigned_v<T>;
    const bool unsigned_there = H5Tget_sign(set.type()) == H5T_SGN_NONE;
    const bool fits =
        unsigned_here == unsigned_there ? width <= sizeof(T) : unsigned_there && width < sizeof(T);
    if (kind == H5T_INTEGER && fits) return;
    set.fail(fmt::format("must hold {} integers of at most {} bytes", unsigned_here ? "unsigned" : "signed",
                         sizeof(T)));
  }
}

template <class T>
std::vector<T> read_numbers(const Dataset& set, std::size_t columns) {
  check_number_type<T>(set);
  std::vector<T> values(set.rows() * columns);
  set.read(values.data(), hdf5_type<T>(), columns);
  return values;
}

Hdf5Texts read_texts(const Dataset& set, std::size_t columns) {
  if (H5Tget_class(set.type()) != H5T_STRING || H5Tis_variable_str(set.type()) > 0)
    set.fail("must hold texts of fixed length");
  const std::size_t width = H5Tget_size(set.type());
  std::vector<char> bytes(set.rows() * columns * width);
  set.read(bytes.data(), set.type(), columns);
  return {std::move(bytes), width};
}

void check_rank(const Dataset& set, int rank) {
  if (set.rank() != rank) set.fail(fmt::format("has {} dimensions, expected {}", set.rank(), rank));
}

std::size_t checked_columns(const Dataset& set, std::int64_t columns) {
  check_rank(set, 2);
  const auto wanted = static_cast<std::size_t>(columns);
  if (set.columns() < wanted)
    set.fail(fmt::format("has {} columns, expected at least {}", set.columns(), wanted));
  return wanted;
}

}  // namespace

bool hdf5_available() {
  return true;
}

void hdf5_do_nothing_at_exit() {
  H5dont_atexit();
}

Hdf5Reader::Hdf5Reader(std::filesystem::path path) : path_(std::move(path)) {
  const Hdf5Silence silence;
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path_, failure))
    throw InputError(fmt::format("{}: no such file, expected an HDF5 file", path_.string()));
  file_bytes_ = std::filesystem::file_size(path_, failure);
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fclose_degree(access.id(), H5F_CLOSE_STRONG);
  ignore_missing_locks(access.id());
  file_ = H5Fopen(path_.c_str(), H5F_ACC_RDONLY, access.id());
  if (file_ < 0)
    throw InputError(
        fmt::format("{}: cannot be read, expected an HDF5 file: {}", path_.string(), hdf5_reason()));
}

Hdf5Reader::~Hdf5Reader() {
  const Hdf5Silence silence;
  H5Fclose(file_);
}

bool Hdf5Reader::has(const std::string& dataset) const {
  const Hdf5Silence silence;
  for (std::size_t end = dataset.find('/'); end != std::string::npos; end = dataset.find('/', end + 1)) {
    if (H5Lexists(file_, dataset.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
  }
  return H5Lexists(file_, dataset.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::int64_t> Hdf5Reader::shape(const std::string& dataset) const {
  const Hdf5Silence silence;
  const Dataset set(*this, file_, file_bytes_, dataset);
  std::vector<std::int64_t> extent{static_cast<std::int64_t>(set.rows())};
  if (set.rank() == 2) extent.push_back(static_cast<std::int64_t>(set.columns()));
  return extent;
}

template <class T>
std::vector<T> Hdf5Reader::numbers(const std::string& dataset) const {
  const Hdf5Silence silence;
  const Dataset set(*this, file_, file_bytes_, dataset);
  check_rank(set, 1);
  return read_numbers<T>(set, 1);
}

template <class T>
std::vector<T> Hdf5Reader::table(const std::string& dataset, std::int64_t columns) const {
  const Hdf5Silence silence;
  const Dataset set(*this, file_, file_bytes_, dataset);
  return read_numbers<T>(set, checked_columns(set, columns));
}

Hdf5Texts Hdf5Reader::texts(const std::string& dataset) const {
  const Hdf5Silence silence;
  const Dataset set(*this, file_, file_bytes_, dataset);
  check_rank(set, 1);
  return read_texts(set, 1);
}

Hdf5Texts Hdf5Reader::text_table(const std::string& dataset, std::int64_t columns) const {
  const Hdf5Silence silence;
  const Dataset set(*this, file_, file_bytes_, dataset);
  return read_texts(set, checked_columns(set, columns));
}

void Hdf5Reader::fail(const std::string& dataset, std::string_view message) const {
  throw InputError(fmt::format("{}: {} {}", path_.string(), dataset, message));
}

template std::vector<std::uint8_t> Hdf5Reader::numbers(const std::string&) const;
template std::vector<std::int32_t> Hdf5Reader::numbers(const std::string&) const;
template std::vector<std::int64_t> Hdf5Reader::numbers(const std::string&) const;
template std::vector<double> Hdf5Reader::numbers(const std::string&) const;
template std::vector<std::int64_t> Hdf5Reader::table(const std::string&, std::int64_t) const;
template std::vector<double> Hdf5Reader::table(const std::string&, std::int64_t) const;

}  // namespace starling
