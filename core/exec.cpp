#include <fmt/format.h>

#include <starling/core/check.hpp>
#include <starling/core/cuda_runtime.hpp>
#include <starling/core/error.hpp>
#include <starling/core/exec.hpp>

#if defined(_OPENMP)
#include <omp.h>
#endif

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>

namespace starling {

struct Exec::State {
  int device = -1;
  void* stream = nullptr;
  std::atomic<std::int64_t> current_bytes{0};
  std::atomic<std::int64_t> peak_bytes{0};

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (stream != nullptr) cuda::destroy_stream(stream);
  }

  void account(std::int64_t bytes) {
    const std::int64_t now = current_bytes.fetch_add(bytes) + bytes;
    std::int64_t peak = peak_bytes.load();
    while (now > peak && !peak_bytes.compare_exchange_weak(peak, now)) {
    }
  }
};

namespace {

constexpr std::size_t kHostAlignment = 64;

int default_threads() {
#if defined(_OPENMP)
  return std::max(1, omp_get_max_threads());
#else
  return 1;
#endif
}

std::size_t padded(std::int64_t bytes) {
  const auto size = static_cast<std::size_t>(bytes);
  return (size + kHostAlignment - 1) / kHostAlignment * kHostAlignment;
}

}  // namespace

std::string to_string(Backend backend) {
  return backend == Backend::cpu ? "cpu" : "cuda";
}

Exec::Exec(Backend backend, int threads, std::shared_ptr<State> state)
    : backend_(backend), threads_(threads), state_(std::move(state)) {}

Exec Exec::cpu(int threads) {
  check_non_negative("Exec::cpu", "threads", threads);
  return {Backend::cpu, threads == 0 ? default_threads() : threads, std::make_shared<State>()};
}

Exec Exec::cuda(int device) {
  if (!built_with_cuda())
    throw BackendUnavailable("device cuda: this build has no CUDA; configure with -DSTARLING_CUDA=ON");
  const int count = cuda::device_count();
  if (device < 0 || device >= count)
    throw BackendUnavailable(
        fmt::format("device cuda: device {} was asked for and {} CUDA devices are present", device, count));
  auto state = std::make_shared<State>();
  state->device = device;
  state->stream = cuda::create_stream(device);
  return {Backend::cuda, default_threads(), std::move(state)};
}

void* Exec::stream() const {
  return state_->stream;
}

std::string Exec::device_name() const {
  return backend_ == Backend::cpu ? "cpu" : cuda::device_name(state_->device);
}

MemoryUse Exec::memory() const {
  return {state_->current_bytes.load(), state_->peak_bytes.load()};
}

void Exec::synchronize() const {
  if (backend_ == Backend::cuda) cuda::synchronize(stream());
}

void* Exec::allocate(std::int64_t bytes) const {
  if (bytes == 0) return nullptr;
  check_positive("Exec::allocate", "bytes", static_cast<double>(bytes));
  void* pointer = backend_ == Backend::cuda ? cuda::allocate(bytes, stream())
                                            : std::aligned_alloc(kHostAlignment, padded(bytes));
  if (pointer == nullptr)
    throw ResourceError(fmt::format("Exec::allocate: the host has no {} bytes to give", bytes));
  state_->account(bytes);
  return pointer;
}

void Exec::deallocate(void* pointer, std::int64_t bytes) const noexcept {
  if (pointer == nullptr) return;
  if (backend_ == Backend::cuda)
    cuda::deallocate(pointer, stream());
  else
    std::free(pointer);
  state_->account(-bytes);
}

void Exec::copy_from_host(void* to, const void* from, std::int64_t bytes) const {
  if (bytes == 0) return;
  if (backend_ == Backend::cuda)
    cuda::copy_from_host(to, from, bytes, stream());
  else
    std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

void Exec::copy_to_host(void* to, const void* from, std::int64_t bytes) const {
  if (bytes == 0) return;
  if (backend_ == Backend::cuda)
    cuda::copy_to_host(to, from, bytes, stream());
  else
    std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

void Exec::fill_zero(void* to, std::int64_t bytes) const {
  if (bytes == 0) return;
  if (backend_ == Backend::cuda)
    cuda::fill_zero(to, bytes, stream());
  else
    std::memset(to, 0, static_cast<std::size_t>(bytes));
}

void Exec::copy(void* to, const void* from, std::int64_t bytes) const {
  if (bytes == 0) return;
  if (backend_ == Backend::cuda)
    cuda::copy(to, from, bytes, stream());
  else
    std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

std::vector<Backend> available_backends() {
  std::vector<Backend> backends{Backend::cpu};
  if (built_with_cuda() && cuda::device_count() > 0) backends.push_back(Backend::cuda);
  return backends;
}

bool built_with_cuda() {
#if defined(STARLING_WITH_CUDA)
  return true;
#else
  return false;
#endif
}

}  // namespace starling
