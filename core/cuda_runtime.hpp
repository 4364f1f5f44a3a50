#pragma once

#include <string>

namespace starling::cuda {

/// Device services free of CUDA headers. `cuda_runtime.cu` implements them; a build without CUDA has
/// `cuda_runtime_without_cuda.cpp`, where device_count() is 0 and everything that needs a device throws
/// BackendUnavailable.

int device_count() noexcept;
std::string device_name(int device);

/// Makes a device the calling thread's current one and gives the former one back at its end: streams belong
/// to a device, and the program around the library may be using another.
class DeviceScope {
 public:
  explicit DeviceScope(int device);
  ~DeviceScope();
  DeviceScope(const DeviceScope&) = delete;
  DeviceScope& operator=(const DeviceScope&) = delete;

 private:
  int former_;  // -1 when nothing changed
};

void push_range(const char* name) noexcept;
void pop_range() noexcept;

}  // namespace starling::cuda
