#pragma once

#include <cstdint>
#include <string>

namespace starling::cuda {

/// The few device services `Exec` needs, free of CUDA headers. `exec.cu` implements them; a build without
/// CUDA has `exec_without_cuda.cpp`, where device_count() is 0 and everything else throws BackendUnavailable.

int device_count() noexcept;
std::string device_name(int device);
void* create_stream(int device);
void destroy_stream(void* stream) noexcept;
void synchronize(void* stream);
void* allocate(std::int64_t bytes, void* stream);
void deallocate(void* pointer, void* stream) noexcept;
void copy_from_host(void* to, const void* from, std::int64_t bytes, void* stream);
void copy_to_host(void* to, const void* from, std::int64_t bytes, void* stream);
void copy(void* to, const void* from, std::int64_t bytes, void* stream);
void fill_zero(void* to, std::int64_t bytes, void* stream);
void push_range(const char* name) noexcept;
void pop_range() noexcept;

}  // namespace starling::cuda
