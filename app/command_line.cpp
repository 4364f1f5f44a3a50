#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <starling/app/command_line.hpp>
#include <starling/app/configuration.hpp>
#include <starling/core/error.hpp>

namespace starling::app {
namespace {

void add_machine_options(CLI::App& verb, Invocation& invocation) {
  verb.add_option("--device", invocation.device, "auto, cpu or cuda")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->capture_default_str();
  verb.add_option("--threads", invocation.threads, "Threads on the host; 0 takes all")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
}

void add_options(CLI::App& verb, Invocation& invocation) {
  verb.add_option("CONFIG", invocation.configuration_file, "Configuration file (TOML)")->required();
  verb.add_option("--out", invocation.output_directory,
                  "Folder for the results; results/<name of the configuration>-<verb> by default");
  add_machine_options(verb, invocation);
  verb.add_option("--seed", invocation.seed, "Seed of all random numbers of the run")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb.add_option("--set", invocation.overrides, "Override a key: --set epidemic.days=60; may be repeated")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  verb.add_flag("--quiet", invocation.quiet, "No progress on the terminal");
}

void describe_program(CLI::App& program) {
  program.set_version_flag("--version", fmt::format("starling {} ({} CUDA)", STARLING_VERSION,
                                                    built_with_cuda() ? "with" : "without"));
  program.add_flag_callback(
      "--keys", [] {}, "List the keys of a configuration file with their meaning");
  program.require_subcommand(1);
  program.failure_message(CLI::FailureMessage::simple);
}

CLI::App* add_verb(CLI::App& program, Invocation& invocation, const std::string& name,
                   const std::string& help) {
  CLI::App* verb = program.add_subcommand(name, help);
  verb->callback([&invocation, name] { invocation.verb = name; });
  add_options(*verb, invocation);
  return verb;
}

void add_bench(CLI::App& program, Invocation& invocation) {
  CLI::App* verb = program.add_subcommand("bench", "Time kernels and whole models; JSON lines");
  verb->callback([&invocation] { invocation.verb = "bench"; });
  const std::vector<std::string> names(std::begin(kBenches), std::end(kBenches));
  verb->add_option("NAME", invocation.bench,
                   "copy, kernels, tape, flow, epidemic, gradient_truth or calibration")
      ->required()
      ->check(CLI::IsMember(names));
  verb->add_option("CONFIG", invocation.configuration_file,
                   "Configuration file (TOML); epidemic, gradient_truth and calibration need one");
  add_machine_options(*verb, invocation);
  verb->add_option("--set", invocation.overrides, "Override a key of the configuration; may be repeated")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  verb->add_option("--repeats", invocation.repeats, "Times that each measurement is taken")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  verb->add_option("--out", invocation.output_directory,
                   "Folder for the results of gradient_truth or calibration");
  verb->add_option("--seed", invocation.seed, "Seed of gradient_truth; first one of calibration")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb->add_option("--seeds", invocation.seeds, "Seeds of calibration")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  verb->add_option("--commit", invocation.commit, "Commit to be written into the records");
}

bool asks_for_keys(int argc, const char* const* argv) {
  return std::any_of(argv + std::min(argc, 1), argv + argc,
                     [](const char* word) { return std::string(word) == "--keys"; });
}

/// The parser itself does not name a verb that it does not know.
void check_verb(int argc, const char* const* argv) {
  const std::vector<std::string> verbs{"population", "simulate", "calibrate", "sensitivity", "bench"};
  const std::string first = argc > 1 ? argv[1] : "";
  if (first.starts_with("-") || std::find(verbs.begin(), verbs.end(), first) != verbs.end()) return;
  throw InputError(fmt::format("{}, expected one of {}; see starling --help",
                               first.empty() ? "no verb" : "unknown verb \"" + first + "\"",
                               fmt::join(verbs, ", ")));
}

/// Messages of the parser can span lines; the program's errors are one line.
InputError command_line_error(const CLI::ParseError& error) {
  return InputError(fmt::format("{}; see starling --help", error.what()));
}

}  // namespace

std::optional<Invocation> parse_command_line(int argc, const char* const* argv) {
  Invocation invocation;
  CLI::App program("Calibrates agent-based epidemics by differentiating the simulator.", "starling");
  describe_program(program);
  add_verb(program, invocation, "population", "Build a population and describe it");
  add_verb(program, invocation, "simulate", "Run epidemics forward at the configured values");
  CLI::App* calibrate = add_verb(program, invocation, "calibrate", "Fit, sample and check the posterior");
  calibrate->add_flag("--resume", invocation.resume, "Continue from the checkpoint in the results folder");
  add_verb(program, invocation, "sensitivity", "Derivatives of outcomes by parameters, local and global");
  add_bench(program, invocation);
  if (asks_for_keys(argc, argv)) {
    fmt::print("{}", describe_keys());
    return std::nullopt;
  }
  check_verb(argc, argv);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) throw command_line_error(error);
    program.exit(error);
    return std::nullopt;
  }
  if (invocation.output_directory.empty() &&
      (invocation.verb != "bench" || invocation.bench == "gradient_truth" ||
       invocation.bench == "calibration"))
    invocation.output_directory = std::filesystem::path("results") /
                                  (invocation.configuration_file.stem().string() + "-" +
                                   (invocation.verb == "bench" ? invocation.bench : invocation.verb));
  invocation.data_directory = find_data_directory();
  return invocation;
}

Exec make_exec(const Invocation& invocation) {
  const std::vector<Backend> backends = available_backends();
  const bool has_cuda = std::find(backends.begin(), backends.end(), Backend::cuda) != backends.end();
  const bool use_cuda = invocation.device == "cuda" || (invocation.device == "auto" && has_cuda);
  return use_cuda ? Exec::cuda() : Exec::cpu(invocation.threads);
}

std::filesystem::path find_data_directory() {
  if (const char* folder = std::getenv("STARLING_DATA_DIR"); folder != nullptr && *folder != '\0')
    return folder;
  std::error_code failure;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failure);
  std::filesystem::path installed = program.parent_path().parent_path() / "share" / "starling" / "data";
  if (!failure && std::filesystem::is_directory(installed, failure)) return installed;
  return STARLING_DATA_DIR;
}

}  // namespace starling::app
