#include <starling/abm/hdf5_file.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& path = "HDF5") {
  throw ResourceError(path.string() +
                      ": this build has no HDF5; install libhdf5-dev and configure with -DSTARLING_HDF5=ON");
}

}  // namespace

bool hdf5_available() {
  return false;
}

void hdf5_do_nothing_at_exit() {}

// No object exists, so the members below are never called.
Hdf5Reader::Hdf5Reader(std::filesystem::path path) : path_(std::move(path)) {
  refuse(path_);
}
Hdf5Reader::~Hdf5Reader() = default;
bool Hdf5Reader::has(const std::string&) const {
  refuse(path_);
}
std::vector<std::int64_t> Hdf5Reader::shape(const std::string&) const {
  refuse(path_);
}
template <class T>
std::vector<T> Hdf5Reader::numbers(const std::string&) const {
  refuse(path_);
}
template <class T>
std::vector<T> Hdf5Reader::table(const std::string&, std::int64_t) const {
  refuse(path_);
}
Hdf5Texts Hdf5Reader::texts(const std::string&) const {
  refuse(path_);
}
Hdf5Texts Hdf5Reader::text_table(const std::string&, std::int64_t) const {
  refuse(path_);
}
void Hdf5Reader::fail(const std::string&, std::string_view) const {
  refuse(path_);
}

Hdf5Writer::Hdf5Writer(std::uint64_t) {
  refuse();
}
Hdf5Writer::~Hdf5Writer() = default;
template <class T>
void Hdf5Writer::write(const std::string&, std::span<const T>, std::int64_t) {
  refuse();
}
void Hdf5Writer::write_texts(const std::string&, std::span<const std::string>, std::int64_t) {
  refuse();
}
std::string Hdf5Writer::finish() {
  refuse();
}

template std::vector<std::uint8_t> Hdf5Reader::numbers(const std::string&) const;
template std::vector<std::int32_t> Hdf5Reader::numbers(const std::string&) const;
template std::vector<std::int64_t> Hdf5Reader::numbers(const std::string&) const;
template std::vector<double> Hdf5Reader::numbers(const std::string&) const;
template std::vector<std::int64_t> Hdf5Reader::table(const std::string&, std::int64_t) const;
template std::vector<double> Hdf5Reader::table(const std::string&, std::int64_t) const;
template void Hdf5Writer::write(const std::string&, std::span<const std::uint8_t>, std::int64_t);
template void Hdf5Writer::write(const std::string&, std::span<const std::int32_t>, std::int64_t);
template void Hdf5Writer::write(const std::string&, std::span<const std::int64_t>, std::int64_t);
template void Hdf5Writer::write(const std::string&, std::span<const double>, std::int64_t);

}  // namespace starling
