#include "backends.hpp"

#include <algorithm>

namespace starling::test {

GpuCases& gpu_cases() {
  static GpuCases cases{std::ranges::count(available_backends(), Backend::cuda) > 0, 0};
  return cases;
}

bool register_gpu_case() {
  ++gpu_cases().registered;
  return !gpu_cases().device_present;
}

}  // namespace starling::test
