#include <cmath>
#include <set>

#include <doctest/doctest.h>

#include <starling/core/error.hpp>
#include <starling/inference/sobol_directions.hpp>
#include <starling/inference/sobol_sequence.hpp>

TEST_SUITE_BEGIN("inference");

namespace {

using namespace starling;

/// The cell of width 2^-bits that a coordinate lies in.
std::uint64_t cell_of(double coordinate, int bits) {
  return static_cast<std::uint64_t>(std::floor(std::ldexp(coordinate, bits)));
}

}  // namespace

TEST_CASE("points 5 and 2026 of 64 dimensions are those of SciPy 1.17's unscrambled sequence") {
  // scipy.stats.qmc.Sobol(64, scramble=False, bits=32), as fractions of 2^32.
  const std::vector<std::uint32_t> point_5{0xe0000000U, 0xe0000000U, 0x20000000U, 0x60000000U,
                                           0xe0000000U, 0xa0000000U, 0xe0000000U, 0x60000000U};
  const std::vector<std::uint32_t> point_2026{
      0xf8200000U, 0x38a00000U, 0xb6600000U, 0x91e00000U, 0x09600000U, 0xf0600000U, 0x76200000U, 0xb0200000U,
      0xf2200000U, 0x7a200000U, 0x07a00000U, 0x6aa00000U, 0xdda00000U, 0x74e00000U, 0xc5200000U, 0xc5a00000U,
      0xa2a00000U, 0x2ae00000U, 0xb4200000U, 0xa1600000U, 0x43a00000U, 0x53a00000U, 0x60200000U, 0x4aa00000U,
      0x1b200000U, 0x19e00000U, 0x88e00000U, 0xec200000U, 0x1fe00000U, 0x9c600000U, 0x9b600000U, 0x92200000U,
      0x6b200000U, 0x9ce00000U, 0x3f200000U, 0xaee00000U, 0x40600000U, 0xe6200000U, 0x35a00000U, 0x25200000U,
      0xc2a00000U, 0x94600000U, 0x79600000U, 0x17a00000U, 0x7f200000U, 0x4d600000U, 0xb7200000U, 0xafa00000U,
      0xc2a00000U, 0xa9600000U, 0x9b200000U, 0x06e00000U, 0x2c200000U, 0xdc600000U, 0x34600000U, 0x56200000U,
      0x9e600000U, 0x52200000U, 0x03200000U, 0x33200000U, 0x3f600000U, 0x81200000U, 0x33200000U, 0x45200000U};
  const SobolSequence sequence(kSobolDimensions);
  const std::vector<double> early = sequence.points(5, 1);
  for (std::size_t d = 0; d < point_5.size(); ++d) CHECK(cell_of(early[d], 32) == point_5[d]);
  const std::vector<double> late = sequence.points(2026, 1);
  REQUIRE(late.size() == point_2026.size());
  for (std::size_t d = 0; d < point_2026.size(); ++d) CHECK(cell_of(late[d], 32) == point_2026[d]);
}

TEST_CASE("256 points have one in each 256th of every coordinate, with and without a digital shift") {
  for (const bool shifted : {false, true}) {
    const SobolSequence sequence =
        shifted ? SobolSequence(kSobolDimensions, 7) : SobolSequence(kSobolDimensions);
    const std::vector<double> points = sequence.points(0, 256);
    for (std::size_t d = 0; d < kSobolDimensions; ++d) {
      std::set<std::uint64_t> cells;
      for (std::size_t i = d; i < points.size(); i += kSobolDimensions) cells.insert(cell_of(points[i], 8));
      CHECK(cells.size() == 256);
    }
  }
}

TEST_CASE("the first two coordinates put one point into every box of volume 2^-8, whatever its shape") {
  const std::vector<double> points = SobolSequence(2, 3).points(0, 256);
  for (int bits = 0; bits <= 8; ++bits) {
    std::set<std::pair<std::uint64_t, std::uint64_t>> boxes;
    for (std::size_t i = 0; i < points.size(); i += 2)
      boxes.insert({cell_of(points[i], bits), cell_of(points[i + 1], 8 - bits)});
    CHECK(boxes.size() == 256);
  }
}

TEST_CASE("points of one seed repeat and those of another differ, all inside the open cube") {
  const std::vector<double> points = SobolSequence(5, 1).points(0, 64);
  CHECK(points == SobolSequence(5, 1).points(0, 64));
  CHECK(points != SobolSequence(5, 2).points(0, 64));
  for (const double coordinate : points) {
    CHECK(coordinate > 0.0);
    CHECK(coordinate < 1.0);
  }
  const std::vector<double> later = SobolSequence(5, 1).points(60, 4);
  CHECK(later == std::vector<double>(points.end() - 20, points.end()));
}

TEST_CASE("more dimensions than there are direction numbers are refused") {
  CHECK_THROWS_WITH_AS(SobolSequence(65), doctest::Contains("dimensions = 65"), InputError);
  CHECK_THROWS_AS(SobolSequence(0), InputError);
}

TEST_SUITE_END();
