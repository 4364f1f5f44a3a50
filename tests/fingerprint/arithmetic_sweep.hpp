#pragma once

#include <cstdint>

#include <starling/core/kernel.hpp>
#include <starling/core/random.hpp>
#include <starling/core/reproducible_math.hpp>

namespace starling::test {

/// The arithmetic that decides outcomes, at n places of a sweep: bits of Philox words, uniforms and
/// elementary functions.
inline constexpr int kSweepColumns = 8;

struct ArithmeticSweepArgs {
  std::int64_t n;
  std::uint32_t* bits;  // [n][kSweepColumns], out
};

struct ArithmeticSweepBody {
  ArithmeticSweepArgs args;

  STARLING_HD void operator()(std::int64_t i) const {
    const auto index = static_cast<std::uint32_t>(i);
    const RandomWords words = random_words(0x5eedULL, index, index / 7, index / 3, Draw::test);
    const float u = uniform_float(words.word[0]);
    // From 2^-33 to 100 in the arguments, so that both branches and both clamps are met.
    const float x = 200.0F * (u - 0.5F);
    const float small = u * u * u * 3.0F;
    std::uint32_t* row = args.bits + i * kSweepColumns;
    row[0] = words.word[1];
    row[1] = words.word[2] ^ words.word[3];
    row[2] = detail::bits_of_float(u);
    row[3] = detail::bits_of_float(uniform_complement_float(words.word[0]));
    row[4] = detail::bits_of_float(reproducible_exp(x));
    row[5] = detail::bits_of_float(reproducible_log(u));
    row[6] = detail::bits_of_float(one_minus_exp_negative(small));
    row[7] = detail::bits_of_float(one_minus_exp_negative(x > 0.0F ? x : -x));
  }
};

}  // namespace starling::test

namespace starling::cpu {
void arithmetic_sweep(const Exec& exec, const test::ArithmeticSweepArgs& args);
}  // namespace starling::cpu
namespace starling::cuda {
void arithmetic_sweep(const Exec& exec, const test::ArithmeticSweepArgs& args);
}  // namespace starling::cuda

namespace starling::test {

inline constexpr Kernel<ArithmeticSweepArgs> arithmetic_sweep{
    "arithmetic_sweep", &cpu::arithmetic_sweep, STARLING_CUDA_KERNEL(cuda::arithmetic_sweep),
    [](const ArithmeticSweepArgs& args) { return args.n * kSweepColumns * 4; }};

}  // namespace starling::test
