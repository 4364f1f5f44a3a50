#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <starling/abm/hdf5_file.hpp>
#include <starling/abm/hdf5_handle.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
  throw ResourceError(fmt::format("{}: {} cannot be written: {}", path.string(), what, hdf5_reason()));
}

void write_dataset(const std::filesystem::path& path, hid_t file, const std::string& name, hid_t type,
                   const void* values, std::size_t size, std::int64_t columns) {
  const auto width = static_cast<hsize_t>(std::max<std::int64_t>(columns, 1));
  const std::array<hsize_t, 2> extent{size / width, width};
  const Hdf5Handle space(H5Screate_simple(columns == 0 ? 1 : 2, extent.data(), nullptr), H5Sclose);
  const Hdf5Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(links.id(), 1);
  const Hdf5Handle set(H5Dcreate2(file, name.c_str(), type, space.id(), links.id(), H5P_DEFAULT, H5P_DEFAULT),
                       H5Dclose);
  if (!set.valid()) fail(path, name);
  if (size > 0 && H5Dwrite(set.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) fail(path, name);
}

}  // namespace

Hdf5Writer::Hdf5Writer(std::filesystem::path path, std::uint64_t user_block_bytes) : path_(std::move(path)) {
  const Hdf5Silence silence;
  const Hdf5Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_userblock(creation.id(), user_block_bytes);
  H5Pset_fclose_degree(access.id(), H5F_CLOSE_STRONG);
  file_ = H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, creation.id(), access.id());
  if (file_ < 0) fail(path_, "the file");
}

Hdf5Writer::~Hdf5Writer() {
  const Hdf5Silence silence;
  if (file_ >= 0) H5Fclose(file_);
}

template <class T>
void Hdf5Writer::write(const std::string& dataset, std::span<const T> values, std::int64_t columns) {
  const Hdf5Silence silence;
  write_dataset(path_, file_, dataset, hdf5_type<T>(), values.data(), values.size(), columns);
}

void Hdf5Writer::write_texts(const std::string& dataset, std::span<const std::string> texts,
                             std::int64_t columns) {
  const Hdf5Silence silence;
  std::size_t width = 1;
  for (const std::string& text : texts) {
    if (text.find('\0') != std::string::npos)
      throw InputError(fmt::format("{}: {}: a text holds a NUL, expected none", path_.string(), dataset));
    width = std::max(width, text.size());
  }
  std::vector<char> bytes(width * texts.size(), '\0');
  for (std::size_t row = 0; row < texts.size(); ++row)
    std::copy(texts[row].begin(), texts[row].end(), bytes.begin() + static_cast<std::ptrdiff_t>(row * width));
  const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.id(), width);
  H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  write_dataset(path_, file_, dataset, type.id(), bytes.data(), texts.size(), columns);
}

void Hdf5Writer::close() {
  const Hdf5Silence silence;
  const bool flushed = H5Fflush(file_, H5F_SCOPE_LOCAL) >= 0;
  const std::string reason = flushed ? "" : hdf5_reason();
  const bool closed = H5Fclose(file_) >= 0;
  file_ = -1;
  if (!flushed || !closed)
    throw ResourceError(
        fmt::format("{}: cannot be written: {}", path_.string(), flushed ? hdf5_reason() : reason));
}

template void Hdf5Writer::write(const std::string&, std::span<const std::uint8_t>, std::int64_t);
template void Hdf5Writer::write(const std::string&, std::span<const std::int32_t>, std::int64_t);
template void Hdf5Writer::write(const std::string&, std::span<const std::int64_t>, std::int64_t);
template void Hdf5Writer::write(const std::string&, std::span<const double>, std::int64_t);

}  // namespace starling
