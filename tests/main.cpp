#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>
#include <string_view>

#include <doctest/doctest.h>

#include "support/backends.hpp"
#include "support/operation_table.hpp"

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--operation-table") {
    std::fputs(starling::test::operation_table().c_str(), stdout);
    return 0;
  }
  doctest::Context context(argc, argv);
  const int status = context.run();
  if (!context.shouldExit()) {
    const starling::test::GpuCases& cases = starling::test::gpu_cases();
    if (!cases.device_present)
      std::printf("[starling] GPU cases skipped, no CUDA device: %d\n", cases.registered);
  }
  return status;
}
