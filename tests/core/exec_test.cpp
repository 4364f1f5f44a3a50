#include <numeric>

#include <doctest/doctest.h>

#include <starling/core/buffer.hpp>
#include <starling/core/error.hpp>
#include <starling/core/exec.hpp>

#include "../support/backends.hpp"

TEST_SUITE_BEGIN("core");

using starling::Buffer;
using starling::Exec;
using starling::ExecCounters;

STARLING_BACKEND_CASE("allocations, uploads, downloads and waits are counted, each once") {
  const ExecCounters before = exec.counters();
  const std::vector<int> values{3, 1, 4};
  Buffer<int> buffer(exec, values);
  CHECK(exec.counters() - before == ExecCounters{.allocations = 1, .uploads = 1});
  CHECK(buffer.download() == values);
  exec.synchronize();
  CHECK(exec.counters() - before ==
        ExecCounters{.allocations = 1, .uploads = 1, .downloads = 1, .synchronisations = 2});
  const Buffer<int> empty(exec, 0);
  CHECK(empty.download().empty());
  CHECK((exec.counters() - before).downloads == 1);
}

STARLING_BACKEND_CASE("copies of a context share its accounts; another context has its own") {
  const Exec copy = exec;
  const Buffer<double> buffer(copy, 100);
  CHECK(exec.memory().current_bytes == 800);
  CHECK(exec.counters() == copy.counters());
  const Exec other = exec.backend() == starling::Backend::cpu ? Exec::cpu(1) : Exec::cuda();
  CHECK(other.counters() == ExecCounters{});
  CHECK(other.memory().current_bytes == 0);
}

STARLING_BACKEND_CASE(
    "copies within the context's memory, uploads and fills happen in the order they are asked for") {
  for (const std::int64_t size : {1, 31, 32, 33, 257, 3000000}) {
    std::vector<int> values(static_cast<std::size_t>(size));
    std::iota(values.begin(), values.end(), 7);
    Buffer<int> from(exec, values);
    Buffer<int> to(exec, size);
    exec.copy(to.data(), from.data(), to.bytes());
    from.fill_zero();
    CHECK(to.download() == values);
    CHECK(from.download() == std::vector<int>(values.size(), 0));
  }
}

STARLING_BACKEND_CASE("uploads may be queued back to back from memory that is gone at once") {
  std::vector<Buffer<int>> buffers;
  for (int k = 0; k < 200; ++k)
    buffers.emplace_back(exec, std::vector<int>(1 + 50 * static_cast<std::size_t>(k), k));
  for (int k = 0; k < 200; ++k)
    CHECK(buffers[static_cast<std::size_t>(k)].download() ==
          std::vector<int>(1 + 50 * static_cast<std::size_t>(k), k));
}

STARLING_BACKEND_CASE("freed memory is handed out again and is no longer counted") {
  {
    const Buffer<float> first(exec, 1000);
    const Buffer<float> second(exec, 24);
    CHECK(exec.memory().current_bytes == 4096);
  }
  const Buffer<float> third(exec, 10);
  CHECK(exec.memory().current_bytes == 40);
  CHECK(exec.memory().peak_bytes == 4096);
}

TEST_CASE("a device that is not there is refused by name") {
  if (!starling::built_with_cuda())
    CHECK_THROWS_WITH_AS(Exec::cuda(), doctest::Contains("STARLING_CUDA=ON"), starling::BackendUnavailable);
  else
    CHECK_THROWS_WITH_AS(Exec::cuda(1000), doctest::Contains("device 1000"), starling::BackendUnavailable);
}

TEST_SUITE_END();
