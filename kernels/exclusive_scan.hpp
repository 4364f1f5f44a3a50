#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>

namespace starling {

/// Offsets of segments from their lengths: offsets[i] = sum over j < i of lengths[j], i = 0 … n, so that the
/// last one is the total. Integer sums: exact on every backend.
struct ExclusiveScanArgs {
  std::int64_t n;
  const std::int64_t* lengths;   // [n]
  std::int64_t* offsets;         // [n + 1], out; not the same memory as lengths
  void* workspace;               // [workspace_bytes]
  std::int64_t workspace_bytes;  // at least exclusive_scan_workspace_bytes(exec, n)
};

/// Bytes of workspace that n lengths need on the backend of `exec`; may be 0.
std::int64_t exclusive_scan_workspace_bytes(const Exec& exec, std::int64_t n);

namespace cpu {
void exclusive_scan(const Exec& exec, const ExclusiveScanArgs& args);
}  // namespace cpu
namespace cuda {
std::int64_t exclusive_scan_workspace_bytes(const Exec& exec, std::int64_t n);
void exclusive_scan(const Exec& exec, const ExclusiveScanArgs& args);
}  // namespace cuda

namespace kernels {

inline constexpr Kernel<ExclusiveScanArgs> exclusive_scan{
    "exclusive_scan", &cpu::exclusive_scan, STARLING_CUDA_KERNEL(cuda::exclusive_scan),
    [](const ExclusiveScanArgs& args) { return args.n * 16 + 8; }};

}  // namespace kernels

}  // namespace starling
