#include <starling/core/cuda_runtime.hpp>
#include <starling/core/error.hpp>

namespace starling::cuda {

namespace {
[[noreturn]] void refuse() {
  throw BackendUnavailable("device cuda: this build has no CUDA; configure with -DSTARLING_CUDA=ON");
}
}  // namespace

int device_count() noexcept {
  return 0;
}
std::string device_name(int) {
  refuse();
}

DeviceScope::DeviceScope(int) : former_(-1) {
  refuse();
}
DeviceScope::~DeviceScope() = default;

void push_range(const char*) noexcept {}
void pop_range() noexcept {}

}  // namespace starling::cuda
