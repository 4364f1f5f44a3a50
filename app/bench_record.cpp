#include <algorithm>
#include <chrono>
#include <ctime>

#include <nlohmann/json.hpp>

#include <starling/app/bench_record.hpp>
#include <starling/core/buffer.hpp>
#include <starling/core/launch.hpp>

namespace starling::app {

namespace {

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

nlohmann::ordered_json spread_of(const std::vector<double>& seconds) {
  return {{"min", seconds.front()}, {"median", seconds[seconds.size() / 2]}, {"max", seconds.back()}};
}

void copy_arrays(const Exec& exec, double* to, const double* from, std::int64_t n) {
  if (exec.backend() == Backend::cuda) return exec.copy(to, from, n * std::int64_t{sizeof(double)});
  for_each_cpu(exec, n, [=](std::int64_t i) { to[i] = from[i]; });
}

}  // namespace

BenchSeconds time_work(const Exec& exec, int repeats, const std::function<void()>& work, int inner) {
  work();
  exec.synchronize();
  BenchSeconds seconds;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const double processor = processor_seconds();
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < inner; ++i) work();
    exec.synchronize();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    seconds.wall.push_back(wall.count() / inner);
    seconds.processor.push_back((processor_seconds() - processor) / inner);
  }
  std::ranges::sort(seconds.wall);
  std::ranges::sort(seconds.processor);
  return seconds;
}

double priced_seconds(const Exec& exec) {
  exec.synchronize();
  if (exec.backend() == Backend::cpu) return processor_seconds();
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double copy_bytes_per_second(const Exec& exec) {
  constexpr std::int64_t kElements = std::int64_t{1} << 25;  // twice 256 MiB
  constexpr int kRepeats = 5;
  Buffer<double> from(exec, kElements);
  Buffer<double> to(exec, kElements);
  from.fill_zero();
  to.fill_zero();
  const BenchSeconds seconds =
      time_work(exec, kRepeats, [&] { copy_arrays(exec, to.data(), from.data(), kElements); });
  return 2.0 * static_cast<double>(from.bytes()) / seconds.wall.front();
}

std::string to_json_line(const BenchRecord& record, const Exec& exec, double ceiling,
                         const BenchOptions& options) {
  const double median = record.seconds.wall[record.seconds.wall.size() / 2];
  nlohmann::ordered_json line;
  line["name"] = record.name;
  line["backend"] = to_string(exec.backend());
  line["device"] = exec.device_name();
  line["threads"] = exec.threads();
  for (const auto& [name, value] : record.size) line["size"][name] = value;
  if (!record.number.empty()) line["number"] = record.number;
  line["seconds"] = spread_of(record.seconds.wall);
  line["cpu_seconds"] = spread_of(record.seconds.processor);
  line["items"] = record.items;
  line["ns_per_item"] = 1e9 * median / record.items;
  if (record.bytes > 0.0) {
    line["bytes"] = record.bytes;
    if (ceiling > 0.0) line["ceiling_fraction"] = record.bytes / median / ceiling;
  }
  if (record.peer) {
    const double own = record.seconds.processor[record.seconds.processor.size() / 2];
    line["peer"] = {{"source", record.peer->source},
                    {"cpu_seconds", record.peer->seconds},
                    {"ratio", own / record.peer->seconds}};
  }
  if (record.peak_bytes) line["peak_bytes"] = *record.peak_bytes;
  line["commit"] = options.commit;
  return line.dump();
}

}  // namespace starling::app
