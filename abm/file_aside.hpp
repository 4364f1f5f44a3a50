#pragma once

#include <filesystem>
#include <string_view>

namespace starling {

/// A file under way: written as "<path>.part" and renamed when it is whole, so that the path holds the old
/// file or the new one. What has not been finished is removed.
class FileAside {
 public:
  explicit FileAside(std::filesystem::path path);
  ~FileAside();
  FileAside(const FileAside&) = delete;
  FileAside& operator=(const FileAside&) = delete;

  /// Where to write.
  [[nodiscard]] const std::filesystem::path& aside() const { return aside_; }
  /// Writes the whole text there. Throws ResourceError naming the path.
  void write(std::string_view text) const;
  /// Flushes to the disk and renames. Throws ResourceError naming the path.
  void finish();

 private:
  std::filesystem::path path_;
  std::filesystem::path aside_;
};

}  // namespace starling
