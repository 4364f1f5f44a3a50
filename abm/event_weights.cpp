#include <algorithm>

#include <fmt/format.h>

#include <starling/abm/event_weights.hpp>
#include <starling/core/check.hpp>
#include <starling/core/error.hpp>

namespace starling {

namespace {

/// Columns handled at once: their sums stay in registers, their rows of all records in the cache.
constexpr std::size_t kColumnBlock = 32;

void check_times(std::span<const double> times) {
  check_that(!times.empty(), "EventWeights", "record_time_days is empty, expected the time of each record");
  check_finite("EventWeights", "record_time_days", times);
  for (std::size_t k = 1; k < times.size(); ++k) {
    if (!(times[k] > times[k - 1]))
      throw InputError(
          fmt::format("EventWeights: record_time_days[{}] = {} after {}, expected ascending times", k,
                      times[k], times[k - 1]));
  }
}

/// Columns of two equally large arrays of rows; throws InputError when they are no rows of `records`.
std::size_t columns_of(std::size_t records, std::size_t from, std::size_t to) {
  const std::size_t columns = from / records;
  check_equal_size("EventWeights", "from", static_cast<std::int64_t>(from),
                   static_cast<std::int64_t>(columns * records));
  check_equal_size("EventWeights", "to", static_cast<std::int64_t>(to), static_cast<std::int64_t>(from));
  return columns;
}

/// Rows of numbers that one row is made of: `count` weights and rows, each a stride after the one before.
struct WeightedRows {
  const double* weights;
  std::size_t weight_stride;
  const double* rows;
  std::size_t row_stride;
  std::size_t count;
};

/// to[j] += sum over the rows of weight row[j] for n <= kColumnBlock columns.
void add_weighted_rows(const WeightedRows& from, double* to, std::size_t n) {
  double sums[kColumnBlock] = {};
  for (std::size_t k = 0; k < from.count; ++k) {
    const double weight = from.weights[k * from.weight_stride];
    const double* row = from.rows + k * from.row_stride;
    if (n == kColumnBlock) {  // a loop of known length stays in registers
      for (std::size_t j = 0; j < kColumnBlock; ++j) sums[j] += weight * row[j];
    } else {
      for (std::size_t j = 0; j < n; ++j) sums[j] += weight * row[j];
    }
  }
  for (std::size_t j = 0; j < n; ++j) to[j] += sums[j];
}

}  // namespace

EventWeights::EventWeights(const DelayDistribution& delay, std::span<const double> times)
    : infections_(times.size()), events_(times.size()), weights_(times.size() * times.size(), 0.0) {
  for (std::size_t t = 1; t < records(); ++t) {
    for (std::size_t s = 0; s < t; ++s) {
      const double weight = delay.cumulative(times[t] - times[s]) - delay.cumulative(times[t - 1] - times[s]);
      if (!(weight > 0.0)) continue;
      weights_[t * records() + s] = weight;
      infections_[t].extend_to(s);
      events_[s].extend_to(t);
    }
  }
}

void EventWeights::apply(std::span<const double> from, std::span<double> to) const {
  const std::size_t columns = columns_of(records(), from.size(), to.size());
  for (std::size_t begin = 0; begin < columns; begin += kColumnBlock) {
    for (std::size_t t = 0; t < records(); ++t) {
      const Band& band = infections_[t];
      add_weighted_rows({.weights = weights_.data() + t * records() + band.first,
                         .weight_stride = 1,
                         .rows = from.data() + band.first * columns + begin,
                         .row_stride = columns,
                         .count = band.last - band.first},
                        to.data() + t * columns + begin, std::min(kColumnBlock, columns - begin));
    }
  }
}

void EventWeights::adjoint(std::span<const double> to_adj, std::span<double> from_adj) const {
  const std::size_t columns = columns_of(records(), from_adj.size(), to_adj.size());
  for (std::size_t begin = 0; begin < columns; begin += kColumnBlock) {
    for (std::size_t s = 0; s < records(); ++s) {
      const Band& band = events_[s];
      add_weighted_rows({.weights = weights_.data() + band.first * records() + s,
                         .weight_stride = records(),
                         .rows = to_adj.data() + band.first * columns + begin,
                         .row_stride = columns,
                         .count = band.last - band.first},
                        from_adj.data() + s * columns + begin, std::min(kColumnBlock, columns - begin));
    }
  }
}

double EventWeights::weight(int infection_record, int record) const {
  check_index("EventWeights", "infection_record", infection_record, static_cast<std::int64_t>(records()));
  check_index("EventWeights", "record", record, static_cast<std::int64_t>(records()));
  return weights_[static_cast<std::size_t>(record) * records() + static_cast<std::size_t>(infection_record)];
}

std::array<EventWeights, kDiseaseEvents> EventWeights::of_disease(const DiseaseSettings& settings,
                                                                  std::span<const double> record_time_days) {
  check_times(record_time_days);
  const double horizon = std::max(record_time_days.back() - record_time_days.front(), kDelayCellDays);
  const auto delays = event_delays(settings, horizon);
  std::array<EventWeights, kDiseaseEvents> result;
  for (std::size_t event = 0; event < result.size(); ++event)
    result[event] = EventWeights(delays[event], record_time_days);
  return result;
}

}  // namespace starling
