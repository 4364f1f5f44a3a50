#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <starling/app/output_folder.hpp>
#include <starling/core/error.hpp>

namespace starling::app {
namespace {

namespace fs = std::filesystem;

/// Returns the number of the error, 0 when all bytes are on the disk.
int write_all(int descriptor, std::string_view contents) {
  while (!contents.empty()) {
    const ssize_t written = ::write(descriptor, contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    contents.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno;
}

int write_aside(const fs::path& aside, std::string_view contents) {
  const int descriptor = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return errno;
  const int failure = write_all(descriptor, contents);
  const bool closed = ::close(descriptor) == 0;
  return failure != 0 ? failure : closed ? 0 : errno;
}

std::vector<fs::path> missing_folders(const fs::path& path) {
  std::vector<fs::path> missing;
  std::error_code ignored;
  for (fs::path folder = path; !folder.empty() && !fs::exists(folder, ignored);
       folder = folder.parent_path()) {
    if (folder.has_filename()) missing.push_back(folder);
    if (folder == folder.parent_path()) break;
  }
  return missing;
}

}  // namespace

OutputFolder::OutputFolder(fs::path path) : path_(std::move(path)), created_(missing_folders(path_)) {
  std::error_code failure;
  fs::create_directories(path_, failure);
  if (!failure && !fs::is_directory(path_, failure))
    failure = std::make_error_code(std::errc::not_a_directory);
  if (!failure && ::access(path_.c_str(), W_OK | X_OK) != 0) failure.assign(errno, std::generic_category());
  if (failure)
    throw InputError(fmt::format("--out {}: {}, expected a folder that can be created and written to",
                                 path_.string(), failure.message()));
}

OutputFolder::~OutputFolder() {
  // Removing a folder that has something in it fails, which is what is wanted.
  std::error_code ignored;
  for (const fs::path& folder : created_) fs::remove(folder, ignored);
}

void OutputFolder::write_file(std::string_view name, std::string_view contents) const {
  // Another run that had made the folder may have ended without a result and removed it.
  std::error_code ignored;
  fs::create_directories(path_, ignored);
  const fs::path aside = path_ / fmt::format(".{}.{}.partial", name, ::getpid());
  int failure = write_aside(aside, contents);
  if (failure == 0 && ::rename(aside.c_str(), file(name).c_str()) != 0) failure = errno;
  if (failure == 0) return;
  ::unlink(aside.c_str());
  throw ResourceError(fmt::format("{}: cannot be written: {}", file(name).string(), std::strerror(failure)));
}

}  // namespace starling::app
