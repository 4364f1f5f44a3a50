#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <starling/abm/file_aside.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  throw ResourceError(fmt::format("{}: cannot be written: {}", path.string(), std::strerror(error)));
}

// The number of the error, 0 when the file's bytes are on the disk.
int flush_to_disk(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const int failure = ::fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno;
  ::close(descriptor);
  return failure;
}

}  // namespace

FileAside::FileAside(std::filesystem::path path) : path_(std::move(path)), aside_(path_) {
  aside_ += ".part";
}

FileAside::~FileAside() {
  std::error_code ignored;
  std::filesystem::remove(aside_, ignored);
}

void FileAside::write(std::string_view text) const {
  errno = 0;
  std::ofstream stream(aside_, std::ios::binary);
  stream.write(text.data(), static_cast<std::streamsize>(text.size()));
  stream.close();
  if (!stream) fail(path_, errno != 0 ? errno : EIO);
}

void FileAside::finish() {
  const int failure = flush_to_disk(aside_);
  if (failure != 0) fail(path_, failure);
  if (::rename(aside_.c_str(), path_.c_str()) != 0) fail(path_, errno);
}

}  // namespace starling
