#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include <starling/core/csr.hpp>
#include <starling/core/error.hpp>
#include <starling/core/random.hpp>

TEST_SUITE_BEGIN("core");

using starling::Csr;
using starling::transpose;

namespace {

// Every pair (row, column) is present with probability 1/4.
Csr random_relation(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  Csr csr;
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c)
      if (starling::random_word(seed, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(c), 0,
                                starling::Draw::test) < 0x40000000U)
        csr.indices.push_back(static_cast<std::int32_t>(c));
    csr.offsets.push_back(static_cast<std::int64_t>(csr.indices.size()));
  }
  return csr;
}

std::set<std::pair<std::int64_t, std::int64_t>> pairs(const Csr& csr, bool swapped) {
  std::set<std::pair<std::int64_t, std::int64_t>> result;
  for (std::int64_t r = 0; r < csr.rows(); ++r)
    for (auto k = csr.offsets[static_cast<std::size_t>(r)]; k < csr.offsets[static_cast<std::size_t>(r) + 1];
         ++k) {
      const std::int64_t c = csr.indices[static_cast<std::size_t>(k)];
      result.insert(swapped ? std::pair{c, r} : std::pair{r, c});
    }
  return result;
}

}  // namespace

TEST_CASE("a small relation transposes to what the hand says") {
  const Csr venues{{0, 2, 2, 5}, {2, 0, 0, 1, 3}};
  const Csr agents = transpose(venues, 4);
  CHECK(agents.offsets == std::vector<std::int64_t>{0, 2, 3, 4, 5});
  CHECK(agents.indices == std::vector<std::int32_t>{0, 2, 2, 0, 2});
}

TEST_CASE("the transpose holds the same pairs with rows and columns swapped, ascending in each row") {
  for (const std::int64_t rows : {0, 1, 31, 32, 33, 257})
    for (const std::int64_t columns : {0, 1, 33, 100}) {
      const Csr csr = random_relation(rows, columns, 7);
      const Csr swapped = transpose(csr, columns);
      CHECK(swapped.rows() == columns);
      CHECK(pairs(swapped, true) == pairs(csr, false));
      for (std::int64_t r = 0; r < columns; ++r)
        CHECK(std::is_sorted(swapped.indices.begin() + swapped.offsets[static_cast<std::size_t>(r)],
                             swapped.indices.begin() + swapped.offsets[static_cast<std::size_t>(r) + 1]));
    }
}

TEST_CASE("transposing twice gives a relation with ascending rows back") {
  const Csr csr = random_relation(40, 70, 3);
  const Csr twice = transpose(transpose(csr, 70), 40);
  CHECK(twice.offsets == csr.offsets);
  CHECK(twice.indices == csr.indices);
}

TEST_CASE("a malformed relation is an InputError") {
  CHECK_THROWS_AS(transpose(Csr{{0, 1}, {4}}, 4), starling::InputError);
  CHECK_THROWS_AS(transpose(Csr{{0, 1}, {-1}}, 4), starling::InputError);
  CHECK_THROWS_AS(transpose(Csr{{1, 1}, {0}}, 4), starling::InputError);
  CHECK_THROWS_AS(transpose(Csr{{0, 2, 1, 3}, {0, 1, 2}}, 4), starling::InputError);
  CHECK_THROWS_AS(transpose(Csr{{0, 2}, {0}}, 4), starling::InputError);
  CHECK_THROWS_AS(transpose(Csr{{}, {}}, 4), starling::InputError);
}

TEST_SUITE_END();
