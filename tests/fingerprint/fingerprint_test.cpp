#include "fingerprint.hpp"

#include <doctest/doctest.h>

#include "../support/backends.hpp"

TEST_SUITE_BEGIN("fingerprint");

STARLING_BACKEND_CASE("random numbers and elementary functions have the committed bits") {
  CHECK(starling::test::arithmetic_fingerprint(exec) == starling::test::kArithmeticFingerprint);
}

STARLING_BACKEND_CASE("an epidemic has the committed bits") {
  CHECK(starling::test::epidemic_fingerprint(exec) == starling::test::kEpidemicFingerprint);
}

TEST_CASE("an epidemic has the committed bits for any number of threads") {
  for (const int threads : {1, 3, 4})
    CHECK(starling::test::epidemic_fingerprint(starling::Exec::cpu(threads)) ==
          starling::test::kEpidemicFingerprint);
}

TEST_SUITE_END();
