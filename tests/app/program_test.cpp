#include <algorithm>
#include <iterator>
#include <string>

#include <doctest/doctest.h>

#include <starling/core/exec.hpp>

#include "../support/shell.hpp"
#include "../support/temporary_folder.hpp"

TEST_SUITE_BEGIN("app");

namespace {

constexpr const char* kSmall = R"([population]
scale = 0.01
[epidemic]
days = 2
[networks.household]
log10_beta = 0.5
[calibrate]
parameters = ["networks.household.log10_beta"]
)";

struct Outcome {
  int status = -1;
  std::string output;
  std::string errors;
};

using starling::test::contents_of;

/// The built program, run in a folder of its own; `arguments` are shell words.
Outcome run_program(const starling::test::TemporaryFolder& scratch, const std::string& arguments) {
  const int status = starling::test::status_of(scratch.path(),
                                               "'" STARLING_PROGRAM "' " + arguments + " >.output 2>.errors");
  Outcome outcome{status, contents_of(scratch.path() / ".output"), contents_of(scratch.path() / ".errors")};
  std::filesystem::remove(scratch.path() / ".output");
  std::filesystem::remove(scratch.path() / ".errors");
  return outcome;
}

/// The run ends with the status, one line of explanation that holds `part`, and no new file.
void check_refused(const std::string& arguments, int status, const std::string& part) {
  CAPTURE(arguments);
  const starling::test::TemporaryFolder scratch;
  scratch.write("small.toml", kSmall);
  const Outcome outcome = run_program(scratch, arguments);
  CAPTURE(outcome.errors);
  CHECK(outcome.status == status);
  CHECK(outcome.output == "");
  CHECK(outcome.errors.starts_with("starling: error: "));
  CHECK(std::count(outcome.errors.begin(), outcome.errors.end(), '\n') == 1);
  CHECK(outcome.errors.find(part) != std::string::npos);
  const std::filesystem::directory_iterator files(scratch.path());
  CHECK(std::distance(begin(files), end(files)) == 1);
}

}  // namespace

TEST_CASE("a wrong command line is refused with status 2, one line and no files") {
  check_refused("", 2, "--help");
  check_refused("dance small.toml", 2, "dance");
  check_refused("simulate", 2, "CONFIG");
  check_refused("simulate small.toml --device abacus", 2, "abacus");
  check_refused("simulate small.toml --threads=-1", 2, "--threads");
  check_refused("simulate small.toml --seed=-1", 2, "--seed");
  check_refused("simulate small.toml --resume", 2, "--resume");
}

TEST_CASE("a wrong configuration is refused with status 2, one line and no files") {
  check_refused("simulate missing.toml", 2, "missing.toml");
  check_refused("simulate small.toml --set population.scale=-1", 2, "population.scale = -1");
  check_refused("simulate small.toml --set epidemic.dayz=3", 2, "epidemic.days");
  check_refused("simulate small.toml --set gradient.estimator=magic", 2, "straight_through");
  check_refused("calibrate small.toml --set 'calibrate.parameters=[\"epidemic.days\"]'", 2,
                "networks.household.log10_beta");
}

TEST_CASE("a results folder that cannot be made is refused with status 2") {
  check_refused("simulate small.toml --out small.toml/inside", 2, "small.toml/inside");
  check_refused("population small.toml --out small.toml", 2, "small.toml");
}

TEST_CASE("an unknown area or observed file is refused with status 2 and leaves nothing") {
  check_refused("population small.toml --set population.area=Atlantis", 2, "Atlantis");
  check_refused("calibrate small.toml --set calibrate.observed=missing.csv", 2, "missing.csv");
}

TEST_CASE("an observed series with NaN or without a column is refused with status 2 and leaves nothing") {
  for (const auto& [text, part] :
       {std::pair{"step,cases_by_age_18,cases_by_age_65,cases_by_age_100\n0,1,1,1\n1,2,nan,1\n2,3,3,1\n",
                  "nan"},
        {"step,cases_by_age_18,cases_by_age_65\n0,1,1\n1,2,1\n2,3,3\n", "cases_by_age_100"}}) {
    const starling::test::TemporaryFolder scratch;
    scratch.write("small.toml", kSmall);
    scratch.write("observed.csv", text);
    const Outcome outcome =
        run_program(scratch, "calibrate small.toml --set calibrate.observed=observed.csv");
    CAPTURE(outcome.errors);
    CHECK(outcome.status == 2);
    CHECK(std::count(outcome.errors.begin(), outcome.errors.end(), '\n') == 1);
    CHECK(outcome.errors.find(part) != std::string::npos);
    const std::filesystem::directory_iterator files(scratch.path());
    CHECK(std::distance(begin(files), end(files)) == 2);
  }
}

TEST_CASE("asking for CUDA without a device ends with status 3" *
          doctest::skip(starling::available_backends().size() > 1)) {
  check_refused("simulate small.toml --device cuda", 3, "CUDA");
}

TEST_CASE("help, version and the list of keys are answered with status 0") {
  const starling::test::TemporaryFolder scratch;
  const Outcome help = run_program(scratch, "--help");
  CHECK(help.status == 0);
  for (const char* verb : {"population", "simulate", "calibrate"})
    CHECK(help.output.find(verb) != std::string::npos);
  CHECK(run_program(scratch, "calibrate --help").output.find("--resume") != std::string::npos);
  const Outcome version = run_program(scratch, "--version");
  CHECK(version.status == 0);
  CHECK(version.output.starts_with("starling "));
  CHECK(run_program(scratch, "--keys").output.find("epidemic.log10_seed_fraction") != std::string::npos);
}

TEST_SUITE_END();
