#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>

#include <doctest/doctest.h>

#include "support/backends.hpp"

int main(int argc, char** argv) {
  doctest::Context context(argc, argv);
  const int status = context.run();
  if (!context.shouldExit()) {
    const starling::test::GpuCases& cases = starling::test::gpu_cases();
    if (!cases.device_present)
      std::printf("[starling] GPU cases skipped, no CUDA device: %d\n", cases.registered);
  }
  return status;
}
