#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include <starling/app/progress.hpp>

namespace starling::app {
namespace {

constexpr std::chrono::milliseconds kRefresh{100};
constexpr std::chrono::seconds kLogInterval{10};

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::clamp(seconds, 0.0, 1e9));
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

ProgressStyle progress_style(bool quiet) {
  if (quiet) return ProgressStyle::none;
  return isatty(STDERR_FILENO) == 1 ? ProgressStyle::line : ProgressStyle::lines;
}

Progress::Progress(std::string phase, std::int64_t total, ProgressStyle style, std::int64_t first,
                   std::FILE* stream)
    : phase_(std::move(phase)),
      total_(std::max<std::int64_t>(total, 1)),
      first_(first),
      done_(first),
      style_(style),
      stream_(stream),
      start_(Clock::now()),
      last_shown_(start_),
      shown_tenth_(first * 10 / total_) {}

Progress::~Progress() {
  if (line_open_) std::fputc('\n', stream_);
}

void Progress::update(std::int64_t done, std::string_view detail) {
  done_ = done;
  if (style_ == ProgressStyle::none) return;
  const Clock::time_point now = Clock::now();
  if (!due(now)) return;
  const std::string text = describe(detail, now);
  if (style_ == ProgressStyle::line) {
    fmt::print(stream_, "\r{}\x1b[K", text);
    line_open_ = true;
  } else {
    fmt::print(stream_, "{}\n", text);
  }
  std::fflush(stream_);
  last_shown_ = now;
  shown_tenth_ = done * 10 / total_;
}

std::string Progress::describe(std::string_view detail, Clock::time_point now) const {
  std::string text = fmt::format("{} {}/{} ({} %)", phase_, done_, total_, done_ * 100 / total_);
  if (!detail.empty()) text += fmt::format("  {}", detail);
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  if (done_ >= total_) return text + fmt::format("  {} elapsed", duration_text(elapsed));
  if (done_ > first_)
    text += fmt::format("  ETA {}", duration_text(elapsed * static_cast<double>(total_ - done_) /
                                                  static_cast<double>(done_ - first_)));
  return text;
}

bool Progress::due(Clock::time_point now) const {
  if (done_ >= total_) return true;
  if (style_ == ProgressStyle::line) return !line_open_ || now - last_shown_ >= kRefresh;
  return done_ * 10 / total_ > shown_tenth_ || now - last_shown_ >= kLogInterval;
}

}  // namespace starling::app
