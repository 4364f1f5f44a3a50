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
void* create_stream(int) {
  refuse();
}
void destroy_stream(void*) noexcept {}
void synchronize(void*) {
  refuse();
}
void* allocate(std::int64_t, void*) {
  refuse();
}
void deallocate(void*, void*) noexcept {}
void copy_from_host(void*, const void*, std::int64_t, void*) {
  refuse();
}
void copy_to_host(void*, const void*, std::int64_t, void*) {
  refuse();
}
void fill_zero(void*, std::int64_t, void*) {
  refuse();
}
void copy(void*, const void*, std::int64_t, void*) {
  refuse();
}
void push_range(const char*) noexcept {}
void pop_range() noexcept {}

}  // namespace starling::cuda
