#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <starling/core/exec.hpp>

namespace starling::app {

struct BenchOptions {
  int repeats = 7;
  std::string commit = "unknown";
};

/// Seconds of the repeats, ascending: by the clock and of processor time of all threads.
struct BenchSeconds {
  std::vector<double> wall;
  std::vector<double> processor;
};

/// Runs `work` once to warm up and then `repeats` times, each until the context has finished it. Work that
/// takes microseconds is run `inner` times a repeat, and the time divided.
BenchSeconds time_work(const Exec& exec, int repeats, const std::function<void()>& work, int inner = 1);

/// Seconds by which the context's work is priced, from an unstated start, when all before is done: processor
/// time where the host works, which other programs do not change, else the clock's.
double priced_seconds(const Exec& exec);

/// A figure of somebody else's program for the same work, with its source.
struct PeerFigure {
  std::string source;
  double seconds;  // of processor time, one thread
};

/// One line of `starling bench`.
struct BenchRecord {
  std::string name;
  std::vector<std::pair<std::string, std::int64_t>> size;
  std::string number;  // "float", "double" or empty
  double items = 0.0;  // what is counted, see docs/benchmarks.md
  double bytes = 0.0;  // that must be moved; 0: not stated
  BenchSeconds seconds;
  std::optional<PeerFigure> peer{};
  std::optional<std::int64_t> peak_bytes{};
};

/// Bytes a second that a plain copy of arrays beyond any cache reaches in this context, reads and writes both
/// counted: the ceiling of all that is bound by memory. Measured once per context and kept by the caller.
double copy_bytes_per_second(const Exec& exec);

/// The record as a line of JSON: name, backend, device, threads, size, seconds, cpu_seconds, items,
/// ns_per_item, and bytes, ceiling_fraction, peer, peak_bytes where they are known, commit. `ceiling` 0: not
/// measured.
std::string to_json_line(const BenchRecord& record, const Exec& exec, double ceiling,
                         const BenchOptions& options);

}  // namespace starling::app
