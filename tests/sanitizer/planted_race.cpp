// A race on purpose, in the loop the kernels use: the thread sanitizer must report it, or its silence about
// everything else would mean nothing.
#include <vector>

#include <starling/core/launch.hpp>

int main() {
  std::vector<double> sum(1, 0.0);
  starling::for_each_cpu(starling::Exec::cpu(2), 100000,
                         [&](std::int64_t i) { sum[0] += static_cast<double>(i); });
  return sum[0] > 0.0 ? 0 : 1;
}
