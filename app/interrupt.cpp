#include <atomic>
#include <csignal>

#include <starling/app/interrupt.hpp>

namespace starling::app {
namespace {

// The program's only mutable static: a signal handler can reach nothing else, and must not wait for a lock.
std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void request_stop(int) {
  stop_requested.store(true, std::memory_order_relaxed);
}

}  // namespace

void install_interrupt_handler() {
  struct sigaction action = {};
  action.sa_handler = request_stop;
  action.sa_flags = static_cast<int>(SA_RESETHAND | static_cast<unsigned>(SA_RESTART));
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
  return stop_requested.load(std::memory_order_relaxed);
}

}  // namespace starling::app
