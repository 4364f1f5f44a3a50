#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace starling::app {

/// How progress is shown.
enum class ProgressStyle {
  line,   // one line that is written over, for a terminal
  lines,  // a line every tenth of the work or every ten seconds, for a log
  none,
};

/// `none` when quiet, else by whether standard error is a terminal.
ProgressStyle progress_style(bool quiet);

/// Tells how far a phase is and how long it will take.
class Progress {
 public:
  /// `total` is the number of units (epochs, runs) the phase has, `first` how many were done before.
  Progress(std::string phase, std::int64_t total, ProgressStyle style, std::int64_t first = 0,
           std::FILE* stream = stderr);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `done` units are done; `detail` is shown as it is, e.g. "loss 12.3". Cheap enough to call at every unit.
  void update(std::int64_t done, std::string_view detail = {});

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::string describe(std::string_view detail, Clock::time_point now) const;
  [[nodiscard]] bool due(Clock::time_point now) const;

  std::string phase_;
  std::int64_t total_;
  std::int64_t first_;
  std::int64_t done_;
  ProgressStyle style_;
  std::FILE* stream_;
  Clock::time_point start_;
  Clock::time_point last_shown_;
  std::int64_t shown_tenth_ = 0;
  bool line_open_ = false;
};

}  // namespace starling::app
