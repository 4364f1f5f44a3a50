#include <fmt/format.h>

#include <starling/core/check.hpp>
#include <starling/core/cuda_runtime.hpp>
#include <starling/core/error.hpp>
#include <starling/core/exec.hpp>
#include <starling/core/exec_state.hpp>

#if defined(_OPENMP)
#include <omp.h>
#endif

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace starling {

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

void Exec::State::account(std::int64_t bytes) {
  const std::int64_t now = current_bytes.fetch_add(bytes) + bytes;
  std::int64_t peak = peak_bytes.load();
  while (now > peak && !peak_bytes.compare_exchange_weak(peak, now)) {
  }
}

std::string to_string(Backend backend) {
  return backend == Backend::cpu ? "cpu" : "cuda";
}

Exec::Exec(Backend backend, int threads, std::shared_ptr<State> state)
    : backend_(backend), threads_(threads), state_(std::move(state)), gate_(&state_->gate) {}

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
  state->queue = std::make_unique<cuda::DeviceQueue>(device);
  return {Backend::cuda, default_threads(), std::move(state)};
}

int Exec::device() const {
  return state_->device;
}

void* Exec::stream() const {
  return state_->queue ? state_->queue->stream() : nullptr;
}

std::string Exec::device_name() const {
  return backend_ == Backend::cpu ? "cpu" : cuda::device_name(state_->device);
}

MemoryUse Exec::memory() const {
  return {state_->current_bytes.load(), state_->peak_bytes.load()};
}

ExecCounters Exec::counters() const {
  return {state_->allocations.count(),      gate_->launches,
          state_->uploads.count(),          state_->downloads.count(),
          state_->synchronisations.count(), gate_->bytes};
}

void Exec::synchronize() const {
  state_->refuse_in_capture("Exec::synchronize");
  state_->synchronisations.add();
  if (state_->queue) state_->queue->synchronize();
}

void* Exec::allocate(std::int64_t bytes) const {
  if (bytes == 0) return nullptr;
  check_positive("Exec::allocate", "bytes", static_cast<double>(bytes));
  state_->refuse_in_capture("Exec::allocate");
  void* pointer =
      state_->queue ? state_->queue->allocate(bytes) : std::aligned_alloc(kHostAlignment, padded(bytes));
  if (pointer == nullptr)
    throw ResourceError(fmt::format("Exec::allocate: the host has no {} bytes to give", bytes));
  state_->allocations.add();
  state_->account(bytes);
  return pointer;
}

void Exec::deallocate(void* pointer, std::int64_t bytes) const noexcept {
  if (pointer == nullptr) return;
  if (gate_->capturing) {
    // Recorded kernels may point to it, and this function cannot throw: end_capture() does.
    state_->given_back.emplace_back(pointer, bytes);
    return;
  }
  if (state_->queue)
    state_->queue->deallocate(pointer);
  else
    std::free(pointer);
  state_->account(-bytes);
}

void Exec::copy_from_host(void* to, const void* from, std::int64_t bytes) const {
  if (bytes == 0) return;
  state_->refuse_in_capture("Exec::copy_from_host");
  state_->uploads.add();
  if (state_->queue)
    state_->synchronisations.add(state_->queue->upload(to, from, bytes));
  else
    std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

void Exec::copy_to_host(void* to, const void* from, std::int64_t bytes) const {
  if (bytes == 0) return;
  state_->refuse_in_capture("Exec::copy_to_host");
  state_->downloads.add();
  state_->synchronisations.add();
  if (state_->queue)
    state_->queue->download(to, from, bytes);
  else
    std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

void Exec::copy(void* to, const void* from, std::int64_t bytes) const {
  if (bytes == 0) return;
  if (state_->queue) return state_->queue->copy(to, from, bytes);
  const auto run = [=] { std::memcpy(to, from, static_cast<std::size_t>(bytes)); };
  gate_->capturing ? record(run) : run();
}

void Exec::fill_zero(void* to, std::int64_t bytes) const {
  if (bytes == 0) return;
  if (state_->queue) return state_->queue->fill_zero(to, bytes);
  const auto run = [=] { std::memset(to, 0, static_cast<std::size_t>(bytes)); };
  gate_->capturing ? record(run) : run();
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
