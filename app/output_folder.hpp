#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace starling::app {

/// The folder a verb writes its results into. Created with its parents; what was created is removed again
/// when nothing has been written by the end, so that a failed run leaves no trace.
class OutputFolder {
 public:
  /// Throws InputError naming the path when it cannot be created or written to.
  explicit OutputFolder(std::filesystem::path path);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Where the named file stands or will stand.
  [[nodiscard]] std::filesystem::path file(std::string_view name) const { return path_ / name; }

  /// Writes aside, flushes to the disk and renames: the named file is the old one or the new one, whole. A
  /// folder that has gone since is made again.
  /// Throws ResourceError naming the file, and then leaves nothing behind.
  void write_file(std::string_view name, std::string_view contents) const;

 private:
  std::filesystem::path path_;
  std::vector<std::filesystem::path> created_;  // innermost first
};

}  // namespace starling::app
