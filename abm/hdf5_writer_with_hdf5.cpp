#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <starling/abm/hdf5_file.hpp>
#include <starling/abm/hdf5_handle.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw ResourceError(fmt::format("HDF5: {} cannot be made: {}", what, hdf5_reason()));
}

void write_dataset(hid_t file, const std::string& name, hid_t type, const void* values, std::size_t size,
                   std::int64_t columns) {
  const auto width = static_cast<hsize_t>(std::max<std::int64_t>(columns, 1));
  const std::array<hsize_t, 2> extent{size / width, width};
  const Hdf5Handle space(H5Screate_simple(columns == 0 ? 1 : 2, extent.data(), nullptr), H5Sclose);
  const Hdf5Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(links.id(), 1);
  const Hdf5Handle set(H5Dcreate2(file, name.c_str(), type, space.id(), links.id(), H5P_DEFAULT, H5P_DEFAULT),
                       H5Dclose);
  if (!set.valid()) fail(name);
  if (size > 0 && H5Dwrite(set.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) fail(name);
}

}  // namespace

Hdf5Writer::Hdf5Writer(std::uint64_t user_block_bytes) {
  constexpr std::size_t kGrowth = std::size_t{1} << 20;
  const Hdf5Silence silence;
  const Hdf5Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_userblock(creation.id(), user_block_bytes);
  H5Pset_fclose_degree(access.id(), H5F_CLOSE_STRONG);
  H5Pset_fapl_core(access.id(), kGrowth, 0);
  file_ = H5Fcreate("memory", H5F_ACC_TRUNC, creation.id(), access.id());
  if (file_ < 0) fail("a file in memory");
}

Hdf5Writer::~Hdf5Writer() {
  const Hdf5Silence silence;
  if (file_ >= 0) H5Fclose(file_);
}

template <class T>
void Hdf5Writer::write(const std::string& dataset, std::span<const T> values, std::int64_t columns) {
  const Hdf5Silence silence;
  write_dataset(file_, dataset, hdf5_type<T>(), values.data(), values.size(), columns);
}

void Hdf5Writer::write_texts(const std::string& dataset, std::span<const std::string> texts,
                             std::int64_t columns) {
  const Hdf5Silence silence;
  std::size_t width = 1;
  for (const std::string& text : texts) {
    if (text.find('\0') != std::string::npos)
      throw InputError(fmt::format("HDF5: {}: a text holds a NUL, expected none", dataset));
    width = std::max(width, text.size());
  }
  std::vector<char> bytes(width * texts.size(), '\0');
  for (std::size_t row = 0; row < texts.size(); ++row)
    std::copy(texts[row].begin(), texts[row].end(), bytes.begin() + static_cast<std::ptrdiff_t>(row * width));
  const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.id(), width);
  H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  write_dataset(file_, dataset, type.id(), bytes.data(), texts.size(), columns);
}

std::string Hdf5Writer::finish() {
  const Hdf5Silence silence;
  const ssize_t size = H5Fflush(file_, H5F_SCOPE_LOCAL) < 0 ? -1 : H5Fget_file_image(file_, nullptr, 0);
  if (size < 0) fail("the file");
  std::string bytes(static_cast<std::size_t>(size), '\0');
  if (H5Fget_file_image(file_, bytes.data(), bytes.size()) != size) fail("the file");
  H5Fclose(file_);
  file_ = -1;
  return bytes;
}

template void Hdf5Writer::write(const std::string&, std::span<const std::uint8_t>, std::int64_t);
template void Hdf5Writer::write(const std::string&, std::span<const std::int32_t>, std::int64_t);
template void Hdf5Writer::write(const std::string&, std::span<const std::int64_t>, std::int64_t);
template void Hdf5Writer::write(const std::string&, std::span<const double>, std::int64_t);

}  // namespace starling
