#include <algorithm>
#include <cstdio>
#include <string>

#include <doctest/doctest.h>

#include <starling/app/progress.hpp>

TEST_SUITE_BEGIN("app");

using starling::app::Progress;
using starling::app::ProgressStyle;

namespace {

std::string shown(ProgressStyle style) {
  std::FILE* stream = std::tmpfile();
  REQUIRE(stream != nullptr);
  {
    Progress progress("fit", 100, style, 0, stream);
    for (int epoch = 1; epoch <= 100; ++epoch) progress.update(epoch, "loss 2.5");
  }
  std::string text(100000, '\0');
  std::rewind(stream);
  text.resize(std::fread(text.data(), 1, text.size(), stream));
  std::fclose(stream);
  return text;
}

}  // namespace

TEST_CASE("in a log, progress is a line per tenth of the work") {
  const std::string text = shown(ProgressStyle::lines);
  CHECK(std::count(text.begin(), text.end(), '\n') == 10);
  CHECK(text.find("fit 50/100 (50 %)  loss 2.5  ETA") != std::string::npos);
  CHECK(text.find("100/100 (100 %)") != std::string::npos);
}

TEST_CASE("on a terminal, progress is one line that ends with the work") {
  const std::string text = shown(ProgressStyle::line);
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  CHECK(text.back() == '\n');
}

TEST_CASE("quiet means nothing at all") {
  CHECK(shown(ProgressStyle::none).empty());
}

TEST_SUITE_END();
