#include <starling/core/device_queue.hpp>
#include <starling/core/error.hpp>

namespace starling::cuda {

namespace {
[[noreturn]] void refuse() {
  throw BackendUnavailable("device cuda: this build has no CUDA; configure with -DSTARLING_CUDA=ON");
}
}  // namespace

struct DeviceGraph::Parts {};
DeviceGraph::DeviceGraph(std::unique_ptr<Parts>) {
  refuse();
}
DeviceGraph::~DeviceGraph() = default;

struct DeviceQueue::Parts {};
DeviceQueue::DeviceQueue(int) {
  refuse();
}
DeviceQueue::~DeviceQueue() = default;

// No object of these classes exists in this build, so nothing below is ever called.
void* DeviceQueue::stream() const {
  return nullptr;
}
void DeviceQueue::synchronize() {}
void* DeviceQueue::allocate(std::int64_t) {
  refuse();
}
void DeviceQueue::deallocate(void*) noexcept {}
std::int64_t DeviceQueue::upload(void*, const void*, std::int64_t) {
  refuse();
}
void DeviceQueue::download(void*, const void*, std::int64_t) {}
void DeviceQueue::copy(void*, const void*, std::int64_t) {}
void DeviceQueue::fill_zero(void*, std::int64_t) {}
void DeviceQueue::begin_capture() {}
std::unique_ptr<DeviceGraph> DeviceQueue::end_capture() {
  refuse();
}
void DeviceQueue::abandon_capture() noexcept {}
void DeviceQueue::launch(const DeviceGraph&) {}

}  // namespace starling::cuda
