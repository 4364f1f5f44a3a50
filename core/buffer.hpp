#pragma once

#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <starling/core/check.hpp>
#include <starling/core/exec.hpp>

namespace starling {

/// Owning, typed memory of one execution context. Move-only; contents are not initialised.
template <class T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Buffer(Exec exec, std::int64_t size)
      : exec_(std::move(exec)),
        data_(static_cast<T*>(exec_.allocate(size * static_cast<std::int64_t>(sizeof(T))))),
        size_(size) {}
  /// Uploads `values`.
  Buffer(const Exec& exec, std::span<const T> values)
      : Buffer(exec, static_cast<std::int64_t>(values.size())) {
    upload(values);
  }
  Buffer(const Exec& exec, const std::vector<T>& values) : Buffer(exec, std::span<const T>(values)) {}

  Buffer(Buffer&& other) noexcept
      : exec_(std::move(other.exec_)),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(exec_, other.exec_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { exec_.deallocate(data_, bytes()); }

  [[nodiscard]] T* data() { return data_; }
  [[nodiscard]] const T* data() const { return data_; }
  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] std::int64_t bytes() const { return size_ * static_cast<std::int64_t>(sizeof(T)); }
  [[nodiscard]] const Exec& exec() const { return exec_; }

  /// Copies from host memory; sizes must agree.
  void upload(std::span<const T> values) {
    check_equal_size("Buffer::upload", "values", static_cast<std::int64_t>(values.size()), size_);
    exec_.copy_from_host(data_, values.data(), bytes());
  }
  /// Copies to host memory; waits for the work before it on the stream.
  [[nodiscard]] std::vector<T> download() const {
    std::vector<T> values(static_cast<std::size_t>(size_));
    exec_.copy_to_host(values.data(), data_, bytes());
    return values;
  }
  void fill_zero() { exec_.fill_zero(data_, bytes()); }

 private:
  Exec exec_;
  T* data_;
  std::int64_t size_;
};

}  // namespace starling
