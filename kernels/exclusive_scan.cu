#include <cub/device/device_scan.cuh>

#include <starling/core/cuda_check.cuh>
#include <starling/core/cuda_runtime.hpp>
#include <starling/kernels/exclusive_scan.hpp>

namespace starling::cuda {

namespace {

// CUB's convention: with a null workspace only its size is computed. The inclusive scan lands one place
// further on, behind the leading 0, and so leaves the total at the end.
void scan(const Exec& exec, const ExclusiveScanArgs& args, void* workspace, std::size_t& bytes) {
  STARLING_CUDA(cub::DeviceScan::InclusiveSum(workspace, bytes, args.lengths, args.offsets + 1, args.n,
                                              static_cast<cudaStream_t>(exec.stream())));
}

}  // namespace

std::int64_t exclusive_scan_workspace_bytes(const Exec& exec, std::int64_t n) {
  if (n == 0) return 0;
  const DeviceScope scope(exec.device());
  std::size_t bytes = 0;
  ExclusiveScanArgs args{};
  args.n = n;
  scan(exec, args, nullptr, bytes);
  return static_cast<std::int64_t>(bytes);
}

void exclusive_scan(const Exec& exec, const ExclusiveScanArgs& args) {
  exec.fill_zero(args.offsets, sizeof(std::int64_t));
  if (args.n == 0) return;
  auto bytes = static_cast<std::size_t>(args.workspace_bytes);
  scan(exec, args, args.workspace, bytes);
  check_launch("exclusive_scan", static_cast<cudaStream_t>(exec.stream()));
}

}  // namespace starling::cuda
