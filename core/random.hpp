#pragma once

#include <cstdint>

#include <Random123/philox.h>

#include <starling/core/macros.hpp>
#include <starling/core/normal_quantile.hpp>

namespace starling {

/// What a random draw is for. Part of the counter, so that no two purposes ever share a number.
enum class Draw : std::uint32_t {
  infection = 1,   // index: agent, step, sample
  seeding = 2,     // index: agent, sample
  profile = 3,     // index: agent, sample: which parameter
  population = 4,  // index: serial number of the draw, step: which stage of the synthesis
  flow_base = 5,   // index: draw, step: epoch, sample: dimension
  kl_base = 6,     // index: draw, step: epoch, sample: dimension
  flow_initial = 7,
  pilot = 8,
  posterior = 9,
  test = 10,
  model = 11,    // index: element, step: the caller's, sample: which block of words; draws of a user's model
  disease = 12,  // index: agent, step: which block of words, sample
  vaccination = 13,  // index: agent
  design = 14,       // of an experiment; index: dimension, row or trajectory, step: what for
  flip = 15,         // choice of an infection event; index: sample, step: which choice
  contact = 16       // index: agent, step: and which block of words, sample
};

/// Where the draws of an array come from. Two arrays of one model need streams that differ in the step, or in
/// the seed (derive_seed): equal streams give equal numbers.
struct RandomStream {
  std::uint64_t seed;
  std::uint32_t step = 0;
  Draw purpose = Draw::model;
};

struct RandomWords {
  std::uint32_t word[4];

  /// word[i % 4], chosen by conditions: an index known at run time only would put the words into local memory
  /// on a device.
  [[nodiscard]] STARLING_HD std::uint32_t choose(std::uint32_t i) const {
    const std::uint32_t low = (i & 1U) == 0 ? word[0] : word[1];
    const std::uint32_t high = (i & 1U) == 0 ? word[2] : word[3];
    return (i & 2U) == 0 ? low : high;
  }
};

/// Philox4x32-10 (Salmon et al., SC 2011) through Random123. The counter is (index, step, block, purpose) and
/// the key is the seed: nothing random is ever stored, and a reverse pass calls the same function again.
STARLING_HD inline RandomWords random_words(std::uint64_t seed, std::uint32_t index, std::uint32_t step,
                                            std::uint32_t block, Draw purpose) {
  const r123::Philox4x32::ctr_type counter = {{index, step, block, static_cast<std::uint32_t>(purpose)}};
  const r123::Philox4x32::key_type key = {
      {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
  const r123::Philox4x32::ctr_type result = philox4x32_R(10, counter, key);
  return {{result.v[0], result.v[1], result.v[2], result.v[3]}};
}

/// Block `block` of words of element `index` of a stream.
STARLING_HD inline RandomWords random_words(const RandomStream& stream, std::uint32_t index,
                                            std::uint32_t block) {
  return random_words(stream.seed, index, stream.step, block, stream.purpose);
}

/// Word `sample` of a sequence of words: four neighbouring samples share one Philox block.
STARLING_HD inline std::uint32_t random_word(std::uint64_t seed, std::uint32_t index, std::uint32_t step,
                                             std::uint32_t sample, Draw purpose) {
  return random_words(seed, index, step, sample / 4, purpose).choose(sample);
}

/// (word + 1/2) 2^-32 rounded to float: never 0, resolves the lower tail to 2^-33. Two halves keep every
/// conversion exact, so that the result is the same on every machine.
STARLING_HD inline float uniform_float(std::uint32_t word) {
  const auto high = static_cast<float>(static_cast<std::int32_t>(word >> 16));
  const auto low = static_cast<float>(static_cast<std::int32_t>(word & 0xffffU));
  return (high * 65536.0F + (low + 0.5F)) * 0x1p-32F;
}

/// The uniform of the upper tail, 1 - u, from the complemented bits: no cancellation near u = 1.
STARLING_HD inline float uniform_complement_float(std::uint32_t word) {
  return uniform_float(~word);
}

/// (word + 1/2) 2^-32 exactly.
STARLING_HD inline double uniform_double(std::uint32_t word) {
  return (static_cast<double>(word) + 0.5) * 0x1p-32;
}

/// A 64-bit seed for a named stream of a run, so that streams are unrelated even for neighbouring seeds
/// (splitmix64 finaliser of the pair).
STARLING_HD inline std::uint64_t derive_seed(std::uint64_t seed, std::uint64_t stream) {
  std::uint64_t z = seed + 0x9e3779b97f4a7c15ULL * (stream + 1);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

/// Standard normal draw from one word by inversion.
STARLING_HD inline double normal_double(std::uint32_t word) {
  return normal_quantile(uniform_double(word));
}

}  // namespace starling
