#include <cmath>

#include <doctest/doctest.h>

#include <starling/core/random.hpp>

TEST_SUITE_BEGIN("core");

namespace {
struct KnownAnswer {
  std::uint32_t counter[4];
  std::uint32_t key[2];
  std::uint32_t expected[4];
};

// The philox 4x32 10 rows of Random123's published known-answer table (kat_vectors).
constexpr KnownAnswer kAnswers[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};
}  // namespace

TEST_CASE("Philox4x32-10 gives the published known answers") {
  for (const KnownAnswer& answer : kAnswers) {
    const std::uint64_t seed = (static_cast<std::uint64_t>(answer.key[1]) << 32) | answer.key[0];
    const starling::RandomWords words =
        starling::random_words(seed, answer.counter[0], answer.counter[1], answer.counter[2],
                               static_cast<starling::Draw>(answer.counter[3]));
    for (int i = 0; i < 4; ++i) CHECK(words.word[i] == answer.expected[i]);
  }
}

TEST_CASE("uniforms resolve both tails and never reach 0") {
  CHECK(starling::uniform_float(0) == 0x1p-33F);
  CHECK(starling::uniform_float(1) == 0x1.8p-32F);
  CHECK(starling::uniform_complement_float(0xffffffffU) == 0x1p-33F);
  CHECK(starling::uniform_float(0xffffffffU) == 1.0F);
  CHECK(starling::uniform_double(0xffffffffU) < 1.0);
  for (const std::uint32_t word : {7U, 65535U, 65536U, 0x12345678U, 0x80000000U, 0xfffeffffU})
    CHECK(starling::uniform_float(word) ==
          doctest::Approx((static_cast<double>(word) + 0.5) / 4294967296.0).epsilon(1e-7));
}

TEST_CASE("the normal quantile inverts the error function") {
  for (const double p : {1e-300, 1e-12, 1e-4, 0.02, 0.075, 0.3, 0.5, 0.6, 0.925, 0.999, 1.0 - 1e-9}) {
    const double x = starling::normal_quantile(p);
    CHECK(0.5 * std::erfc(-x / std::sqrt(2.0)) == doctest::Approx(p).epsilon(1e-12));
  }
}

TEST_CASE("derived seeds of neighbouring seeds and streams differ in about half their bits") {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const int same_seed =
        __builtin_popcountll(starling::derive_seed(seed, 0) ^ starling::derive_seed(seed, 1));
    const int next_seed =
        __builtin_popcountll(starling::derive_seed(seed, 0) ^ starling::derive_seed(seed + 1, 0));
    CHECK(same_seed > 12);
    CHECK(next_seed > 12);
  }
}

TEST_SUITE_END();
