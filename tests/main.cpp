#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>
#include <string_view>

#include <doctest/doctest.h>

#include <starling/abm/hdf5_file.hpp>

#include "support/backends.hpp"
#include "support/operation_table.hpp"

namespace {

/// --backend=cpu leaves the GPU halves of the backend cases out, --backend=cuda runs nothing else; all is the
/// default. False for another name.
bool pick_backend(doctest::Context& context, std::string_view name) {
  if (name == "cpu") context.addFilter("test-case-exclude", "*[cuda]");
  if (name == "cuda") context.addFilter("test-case", "*[cuda]");
  return name == "cpu" || name == "cuda" || name == "all";
}

}  // namespace

// What the sanitizers ask for where they are linked. OpenMP keeps its threads until the end; HDF5 meets
// damaged files by asking for absurd memory and taking the refusal, and leaks on the way out.
extern "C" const char* __asan_default_options() {
  return "allocator_may_return_null=1";
}
extern "C" const char* __tsan_default_options() {
  return "allocator_may_return_null=1";
}
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libhdf5\nleak:libomp";
}

int main(int argc, char** argv) {
  starling::hdf5_do_nothing_at_exit();
  doctest::Context context(argc, argv);
  constexpr std::string_view kBackend = "--backend=";
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--operation-table") {
      std::fputs(starling::test::operation_table().c_str(), stdout);
      return 0;
    }
    if (word.starts_with(kBackend) && !pick_backend(context, word.substr(kBackend.size()))) {
      std::fprintf(stderr, "starling_tests: %s, expected --backend=all, cpu or cuda\n", argv[i]);
      return 2;
    }
  }
  const int status = context.run();
  if (!context.shouldExit()) {
    const starling::test::GpuCases& cases = starling::test::gpu_cases();
    if (!cases.device_present)
      std::printf("[starling] GPU cases skipped, no CUDA device: %d\n", cases.registered);
  }
  return status;
}
