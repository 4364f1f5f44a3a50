// The fingerprints of a build without optimisation for the plainest processor of its kind: they must be those
// of every other build.
#include <cstdio>

#include "../fingerprint.hpp"

namespace {

bool agrees(const char* name, int threads, std::uint64_t found, std::uint64_t expected) {
  std::printf("%s, %d threads: %016llx, expected %016llx\n", name, threads,
              static_cast<unsigned long long>(found), static_cast<unsigned long long>(expected));
  return found == expected;
}

}  // namespace

int main() {
  using namespace starling;
  bool all = true;
  for (const int threads : {1, 2, 3}) {
    const Exec exec = Exec::cpu(threads);
    all &= agrees("arithmetic", threads, test::arithmetic_fingerprint(exec), test::kArithmeticFingerprint);
    all &= agrees("epidemic", threads, test::epidemic_fingerprint(exec), test::kEpidemicFingerprint);
  }
  return all ? 0 : 1;
}
