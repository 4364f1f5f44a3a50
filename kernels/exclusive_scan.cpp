#include <starling/kernels/exclusive_scan.hpp>

namespace starling {

std::int64_t exclusive_scan_workspace_bytes([[maybe_unused]] const Exec& exec,
                                            [[maybe_unused]] std::int64_t n) {
#if defined(STARLING_WITH_CUDA)
  if (exec.backend() == Backend::cuda) return cuda::exclusive_scan_workspace_bytes(exec, n);
#endif
  return 0;
}

}  // namespace starling

namespace starling::cpu {

// One addition per 16 bytes moved: a second thread would wait for the same memory.
void exclusive_scan(const Exec&, const ExclusiveScanArgs& args) {
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < args.n; ++i) {
    args.offsets[i] = sum;
    sum += args.lengths[i];
  }
  args.offsets[args.n] = sum;
}

}  // namespace starling::cpu
