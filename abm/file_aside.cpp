#include <cerrno>
#include <cstring>

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

}  // namespace

FileAside::FileAside(std::filesystem::path path) : path_(std::move(path)), aside_(path_) {
  aside_ += ".part";
  descriptor_ = ::open(aside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail(path_, errno);
}

FileAside::~FileAside() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(aside_.c_str());
}

void FileAside::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) fail(path_, errno);
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void FileAside::finish() {
  // Some file systems cannot flush and say so with EINVAL.
  if (::fsync(descriptor_) != 0 && errno != EINVAL) fail(path_, errno);
  if (::rename(aside_.c_str(), path_.c_str()) != 0) fail(path_, errno);
  ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace starling
