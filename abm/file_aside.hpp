#pragma once

#include <filesystem>
#include <string_view>

namespace starling {

/// A file under way: written as "<path>.part" and renamed when it is whole, so that the path holds the old
/// file or the new one. What has not been finished is removed. Failures are ResourceErrors naming the path.
class FileAside {
 public:
  explicit FileAside(std::filesystem::path path);
  ~FileAside();
  FileAside(const FileAside&) = delete;
  FileAside& operator=(const FileAside&) = delete;

  /// Appends.
  void write(std::string_view bytes) const;
  /// Flushes to the disk and renames.
  void finish();

 private:
  std::filesystem::path path_;
  std::filesystem::path aside_;
  int descriptor_;
};

}  // namespace starling
