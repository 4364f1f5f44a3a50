#pragma once

#include <doctest/doctest.h>

#include <starling/core/exec.hpp>

namespace starling::test {

/// The GPU halves of the backend cases; without a device doctest skips them and main prints their number.
struct GpuCases {
  bool device_present = false;
  int registered = 0;
};
GpuCases& gpu_cases();

/// Counts a GPU case at registration; true when it must be skipped.
bool register_gpu_case();

}  // namespace starling::test

#define STARLING_BACKEND_CASE_NAMED(body, name)                                      \
  static void body(const ::starling::Exec& exec);                                    \
  TEST_CASE(name " [cpu]") {                                                         \
    body(::starling::Exec::cpu(2));                                                  \
  }                                                                                  \
  TEST_CASE(name " [cuda]" * doctest::skip(::starling::test::register_gpu_case())) { \
    body(::starling::Exec::cuda());                                                  \
  }                                                                                  \
  static void body(const ::starling::Exec& exec)

/// A test case that runs once on each backend; its body sees `exec`.
#define STARLING_BACKEND_CASE(name) STARLING_BACKEND_CASE_NAMED(DOCTEST_ANONYMOUS(backend_case_), name)
