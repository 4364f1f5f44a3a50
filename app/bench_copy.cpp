#include <starling/app/benches.hpp>
#include <starling/core/buffer.hpp>

namespace starling::app {

std::vector<BenchRecord> bench_copy(const Exec& exec, const BenchOptions& options) {
  std::vector<BenchRecord> records;
  for (const std::int64_t mebibytes : {1, 64, 512}) {
    const std::int64_t bytes = mebibytes << 20;
    Buffer<std::byte> from(exec, bytes);
    Buffer<std::byte> to(exec, bytes);
    from.fill_zero();
    to.fill_zero();
    const auto moved = 2.0 * static_cast<double>(bytes);
    records.push_back(
        {.name = "copy",
         .size = {{"bytes", bytes}},
         .number = "",
         .items = moved,
         .bytes = moved,
         .seconds = time_work(exec, options.repeats, [&] { exec.copy(to.data(), from.data(), bytes); })});
  }
  return records;
}

}  // namespace starling::app
