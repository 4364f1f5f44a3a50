#include <array>
#include <csignal>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <starling/abm/hdf5_file.hpp>
#include <starling/abm/population_file.hpp>
#include <starling/core/error.hpp>

#include "../support/damage.hpp"
#include "../support/june_file.hpp"
#include "../support/same_population.hpp"
#include "../support/temporary_folder.hpp"
#include "../support/worlds.hpp"

TEST_SUITE_BEGIN("abm");

using starling::InputError;
using starling::Population;
using starling::test::TemporaryFolder;

namespace {

std::string refusal(const std::filesystem::path& path) {
  try {
    starling::read_population_file(path);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Files of this process may not grow beyond so many bytes while it lives: what a full disk looks like.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

}  // namespace

TEST_CASE("a population file gives the same population again" * doctest::skip(!starling::hdf5_available())) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "population.h5";
  for (const Population& population :
       {starling::test::awkward_population(), starling::test::mixed_world(5000),
        starling::make_population("", {}, {}, {}), starling::make_population("a", {1}, {}, {})}) {
    starling::write_population_file(path, population);
    CHECK(starling::test::same_population(starling::read_population_file(path), population));
    CHECK_FALSE(std::filesystem::exists(folder.path() / "population.h5.part"));
  }
}

TEST_CASE("a population file cut off anywhere is refused and named" *
          doctest::skip(!starling::hdf5_available())) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "population.h5";
  starling::write_population_file(path, starling::test::awkward_population());
  const std::string bytes = starling::test::bytes_of(path);
  for (std::size_t length = 0; length < bytes.size(); length += 1 + length / 20) {
    CAPTURE(length);
    starling::test::write_bytes(path, bytes.substr(0, length));
    CHECK(contains(refusal(path), "population.h5: "));
  }
  starling::test::write_bytes(path, bytes + "x");
  CHECK(contains(refusal(path), "truncated or damaged"));
  starling::test::write_bytes(path, bytes);
  CHECK(refusal(path).empty());
}

TEST_CASE("no changed byte of a population file goes unnoticed" *
          doctest::skip(!starling::hdf5_available())) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "population.h5";
  starling::write_population_file(path, starling::test::awkward_population());
  const std::string bytes = starling::test::bytes_of(path);
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    CAPTURE(seed);
    std::string damaged = starling::test::with_changed_bytes(bytes, seed);
    if (damaged == bytes) continue;
    starling::test::write_bytes(path, damaged);
    CHECK(contains(refusal(path), "population.h5: "));
  }
  std::string last = bytes;
  last.back() = static_cast<char>(last.back() ^ 1);
  starling::test::write_bytes(path, last);
  CHECK(contains(refusal(path), "checksum"));
}

TEST_CASE("a file that is no population file is refused and named" *
          doctest::skip(!starling::hdf5_available())) {
  const TemporaryFolder folder;
  CHECK(contains(refusal(folder.path() / "none.h5"), "none.h5: cannot be opened"));
  CHECK(contains(refusal(folder.path()), "cannot be opened"));
  CHECK(contains(refusal(folder.write("text.h5", "id,age\n1,2\n")), "text.h5: not a population file"));
  CHECK(contains(refusal(folder.write("empty.h5", "")), "empty.h5: not a population file"));
  CHECK(contains(refusal(folder.write("next.h5", "starling population 2\nbytes 0\nchecksum 0\n")),
                 "format version 2, expected 1"));
  starling::test::write_june_file(folder.path() / "june.h5");
  CHECK(contains(refusal(folder.path() / "june.h5"), "june.h5: not a population file"));
}

TEST_CASE("a population file that cannot be written leaves the old one and nothing else" *
          doctest::skip(!starling::hdf5_available())) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "population.h5";
  const Population old = starling::test::awkward_population();
  starling::write_population_file(path, old);
  const Population larger = starling::test::mixed_world(20000);
  for (const rlim_t bytes : std::array<rlim_t, 6>{0, 100, 600, 3000, 10000, 100000}) {
    CAPTURE(bytes);
    const FileSizeLimit limit(bytes);
    CHECK_THROWS_AS(starling::write_population_file(path, larger), starling::ResourceError);
    const std::filesystem::directory_iterator files(folder.path());
    CHECK(std::distance(begin(files), end(files)) == 1);
  }
  CHECK(starling::test::same_population(starling::read_population_file(path), old));
  CHECK_THROWS_AS(starling::write_population_file(folder.path() / "none" / "population.h5", old),
                  starling::ResourceError);
  starling::write_population_file(path, larger);
  CHECK(starling::test::same_population(starling::read_population_file(path), larger));
}

TEST_CASE("without HDF5 a population file is refused by saying what to install" *
          doctest::skip(starling::hdf5_available())) {
  CHECK_THROWS_WITH_AS(starling::read_population_file("population.h5"),
                       "population.h5: this build has no HDF5; install libhdf5-dev and configure with "
                       "-DSTARLING_HDF5=ON",
                       starling::ResourceError);
}

TEST_SUITE_END();
