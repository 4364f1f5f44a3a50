#include <starling/app/benches.hpp>

namespace starling::app {

std::vector<BenchRecord> bench_flow(const Exec&, const BenchOptions&) {
  return {};
}

}  // namespace starling::app
