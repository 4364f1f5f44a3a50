#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <optional>
#include <string>

#include <fmt/format.h>

#include <starling/abm/hdf5_file.hpp>
#include <starling/app/command_line.hpp>
#include <starling/app/configuration.hpp>
#include <starling/app/interrupt.hpp>
#include <starling/app/verbs.hpp>
#include <starling/core/error.hpp>

namespace starling::app {
namespace {

enum ExitStatus : int { kDone = 0, kFailed = 1, kBadInput = 2, kNoResource = 3, kInterrupted = 130 };

int run(int argc, const char* const* argv) {
  const std::optional<Invocation> invocation = parse_command_line(argc, argv);
  if (!invocation) return kDone;
  if (invocation->verb == "bench") {
    run_bench(*invocation);
    return kDone;
  }
  const Configuration configuration =
      read_configuration(invocation->configuration_file, invocation->overrides);
  install_interrupt_handler();
  if (invocation->verb == "population") {
    run_population(*invocation, configuration);
  } else if (invocation->verb == "simulate") {
    require_networks(configuration);
    run_simulate(*invocation, configuration);
  } else if (invocation->verb == "sensitivity") {
    require_calibration(configuration);
    run_sensitivity(*invocation, configuration);
  } else {
    require_calibration(configuration);
    run_calibrate(*invocation, configuration);
  }
  return kDone;
}

/// One line, whatever the message holds.
int fail(ExitStatus status, std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  fmt::print(stderr, "starling: {}: {}\n", status == kInterrupted ? "interrupted" : "error", message);
  return status;
}

}  // namespace
}  // namespace starling::app

int main(int argc, char** argv) {
  using namespace starling::app;
  starling::hdf5_do_nothing_at_exit();
  try {
    return run(argc, argv);
  } catch (const starling::InputError& error) {
    return fail(kBadInput, error.what());
  } catch (const starling::ResourceError& error) {
    return fail(kNoResource, error.what());
  } catch (const starling::Interrupted& error) {
    return fail(kInterrupted, error.what());
  } catch (const std::bad_alloc&) {
    return fail(kNoResource, "out of memory on the host");
  } catch (const std::exception& error) {
    return fail(kFailed, error.what());
  }
}
