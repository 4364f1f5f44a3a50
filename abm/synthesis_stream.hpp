#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <starling/core/random.hpp>

namespace starling {

/// What a draw of the synthesis is for; every stage has its own sequence of random numbers.
enum class SynthesisStage : std::uint32_t {
  household_order = 1,
  household_kind = 2,
  household_ages = 3,
  employment = 4,
  school_order = 5,
  teachers = 6,
  work_borough = 7,
  workplace_sizes = 8,
  workplace_members = 9,
  care_homes = 10,
  care_workers = 11,
  students = 12,
  university_members = 13,
  university_staff = 14,
  sexes = 15
};

/// The random numbers of one stage, in the order they are asked for.
class SynthesisStream {
 public:
  SynthesisStream(std::uint64_t seed, SynthesisStage stage)
      : seed_(seed), stage_(static_cast<std::uint32_t>(stage)) {}

  /// In (0, 1).
  double uniform() { return uniform_double(next()); }
  float uniform_single() { return uniform_float(next()); }
  /// In [0, size), for size below 2^32.
  std::size_t below(std::size_t size) {
    return static_cast<std::size_t>((static_cast<std::uint64_t>(next()) * size) >> 32);
  }

  /// Fisher and Yates: puts a random selection of `count` elements, in random order, at the front.
  template <typename Element>
  void shuffle_front(std::vector<Element>& elements, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) std::swap(elements[i], elements[i + below(elements.size() - i)]);
  }
  template <typename Element>
  void shuffle(std::vector<Element>& elements) {
    shuffle_front(elements, elements.size());
  }

 private:
  std::uint32_t next() { return random_word(seed_, serial_++, stage_, 0, Draw::population); }

  std::uint64_t seed_;
  std::uint32_t stage_;
  std::uint32_t serial_ = 0;
};

}  // namespace starling
