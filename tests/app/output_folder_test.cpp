#include <csignal>
#include <iterator>
#include <string>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <starling/app/output_folder.hpp>
#include <starling/core/error.hpp>

#include "../support/shell.hpp"
#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

using starling::app::OutputFolder;

namespace {

using starling::test::contents_of;

std::ptrdiff_t files_in(const std::filesystem::path& folder) {
  return std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator());
}

/// No file may grow beyond a few bytes while this lives, as on a full disk.
class TinyFiles {
 public:
  TinyFiles() {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit tiny = before_;
    tiny.rlim_cur = 16;
    setrlimit(RLIMIT_FSIZE, &tiny);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  ~TinyFiles() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  TinyFiles(const TinyFiles&) = delete;
  TinyFiles& operator=(const TinyFiles&) = delete;

 private:
  rlimit before_ = {};
  void (*handler_)(int) = nullptr;
};

}  // namespace

TEST_CASE("a file is written whole, replaces the old one and leaves nothing beside it") {
  const starling::test::TemporaryFolder scratch;
  const OutputFolder folder(scratch.path() / "a" / "b");
  folder.write_file("loss.csv", "old");
  folder.write_file("loss.csv", "new");
  CHECK(contents_of(folder.file("loss.csv")) == "new");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a write that fails keeps the old file, leaves nothing behind and names the file") {
  const starling::test::TemporaryFolder scratch;
  const OutputFolder folder(scratch.path());
  folder.write_file("loss.csv", "old");
  std::string message;
  {
    const TinyFiles limit;
    try {
      folder.write_file("loss.csv", std::string(1000, 'x'));
    } catch (const starling::ResourceError& error) {
      message = error.what();
    }
  }
  CHECK(message.find("loss.csv") != std::string::npos);
  CHECK(contents_of(folder.file("loss.csv")) == "old");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("folders created for a run that wrote nothing are removed, others stay") {
  const starling::test::TemporaryFolder scratch;
  { const OutputFolder folder(scratch.path() / "new" / "deep"); }
  CHECK(files_in(scratch.path()) == 0);
  { const OutputFolder folder(scratch.path()); }
  CHECK(std::filesystem::exists(scratch.path()));
}

TEST_CASE("a folder that has gone when the result is there is made again") {
  const starling::test::TemporaryFolder scratch;
  const OutputFolder first(scratch.path() / "out");
  std::filesystem::remove(first.path());
  first.write_file("loss.csv", "hours of work");
  CHECK(contents_of(first.file("loss.csv")) == "hours of work");
}

TEST_CASE("a folder that cannot be made is bad input that names the path") {
  const starling::test::TemporaryFolder scratch;
  const auto file = scratch.write("file", "x");
  CHECK_THROWS_AS(OutputFolder(file / "inside"), starling::InputError);
  CHECK_THROWS_AS(OutputFolder{file}, starling::InputError);
}

TEST_SUITE_END();
