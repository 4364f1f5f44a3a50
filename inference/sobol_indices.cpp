#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include <starling/core/check.hpp>
#include <starling/core/random.hpp>
#include <starling/inference/sobol_directions.hpp>
#include <starling/inference/sobol_indices.hpp>
#include <starling/inference/sobol_sequence.hpp>
#include <starling/inference/summary.hpp>

namespace starling {

namespace {

// Step of the stream Draw::design.
constexpr std::uint32_t kBootstrapStep = 1;
// Streams of the seed.
constexpr std::uint64_t kNoiseOfA = 1;
constexpr std::uint64_t kNoiseOfB = 2;

using MapPoints = std::function<std::vector<double>(std::vector<double>)>;

void check_settings(int dimensions, const SobolIndexSettings& settings) {
  constexpr const char* kPlace = "sobol_indices";
  check_in_range(kPlace, "dimensions", dimensions, 1, kSobolDimensions / 2);
  check_that(settings.rows >= 2 && std::has_single_bit(static_cast<unsigned>(settings.rows)), kPlace,
             fmt::format("rows = {}, expected a power of two of at least 2", settings.rows));
  check_positive(kPlace, "rows_per_call", settings.rows_per_call);
  check_non_negative(kPlace, "bootstrap_samples", settings.bootstrap_samples);
  check_that(settings.interval > 0.0 && settings.interval < 1.0, kPlace,
             fmt::format("interval = {}, expected between 0 and 1", settings.interval));
}

/// Outputs of all rows: of A, of B, and of A_B(i) for each input i.
struct DesignOutputs {
  std::size_t outputs = 0;
  std::vector<double> a;                // [rows][outputs]
  std::vector<double> b;                // [rows][outputs]
  std::vector<std::vector<double>> ab;  // [inputs][rows][outputs]
};

void append(std::vector<double>& all, const std::vector<double>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

/// Columns first … first + dimensions - 1 of rows of 2 x dimensions.
std::vector<double> half_of(const std::vector<double>& both, std::size_t first, std::size_t dimensions) {
  std::vector<double> half;
  for (std::size_t row = 0; row < both.size(); row += 2 * dimensions)
    for (std::size_t d = 0; d < dimensions; ++d) half.push_back(both[row + first + d]);
  return half;
}

DesignOutputs run_design(const NoisyFunction& function, const MapPoints& map, std::size_t dimensions,
                         const SobolIndexSettings& settings) {
  const SobolSequence sequence(static_cast<int>(2 * dimensions), settings.seed);
  DesignOutputs design;
  design.ab.resize(dimensions + (settings.noise_is_input ? 1 : 0));
  const auto all_rows = static_cast<std::uint32_t>(settings.rows);
  const auto most = static_cast<std::uint32_t>(settings.rows_per_call);
  for (std::uint32_t first = 0; first < all_rows; first += most) {
    const std::uint32_t rows = std::min(most, all_rows - first);
    const std::vector<double> both = sequence.points(first, rows);
    const std::vector<double> a = map(half_of(both, 0, dimensions));
    const std::vector<double> b = map(half_of(both, dimensions, dimensions));
    const std::uint64_t noise_a = derive_seed(derive_seed(settings.seed, kNoiseOfA), first);
    const std::uint64_t noise_b = derive_seed(derive_seed(settings.seed, kNoiseOfB), first);
    append(design.a, checked_outputs(function, a, noise_a, rows));
    append(design.b, checked_outputs(function, b, noise_b, rows));
    for (std::size_t d = 0; d < dimensions; ++d) {
      std::vector<double> exchanged = a;
      for (std::size_t i = d; i < a.size(); i += dimensions) exchanged[i] = b[i];
      append(design.ab[d], checked_outputs(function, exchanged, noise_a, rows));
    }
    if (settings.noise_is_input) append(design.ab[dimensions], checked_outputs(function, a, noise_b, rows));
  }
  design.outputs = design.a.size() / all_rows;
  return design;
}

/// The variance of an output and the mean squares of differences, over rows in some order.
struct Moments {
  double mean = 0.0;
  double variance = 0.0;
  std::vector<double> first;  // [inputs]
  std::vector<double> total;  // [inputs]
};

Moments moments_of(const DesignOutputs& design, std::size_t output, const std::vector<std::uint32_t>& rows) {
  const auto at = [&](const std::vector<double>& values, std::uint32_t row) {
    return values[row * design.outputs + output];
  };
  const auto count = static_cast<double>(rows.size());
  Moments moments;
  // Squares are summed about a value of the data, so that little cancels.
  const double origin = at(design.a, 0);
  double square = 0.0;
  for (const std::uint32_t row : rows) {
    const double a = at(design.a, row) - origin;
    const double b = at(design.b, row) - origin;
    moments.mean += (a + b) / (2.0 * count);
    square += (a * a + b * b) / (2.0 * count);
  }
  moments.variance = (square - moments.mean * moments.mean) * 2.0 * count / (2.0 * count - 1.0);
  moments.mean += origin;
  for (const std::vector<double>& ab : design.ab) {
    double from_a = 0.0;
    double from_b = 0.0;
    for (const std::uint32_t row : rows) {
      const double value = at(ab, row);
      from_a += (at(design.a, row) - value) * (at(design.a, row) - value);
      from_b += (at(design.b, row) - value) * (at(design.b, row) - value);
    }
    const bool varies = moments.variance > 0.0;
    const double scale = varies ? 0.5 / (count * moments.variance) : std::numeric_limits<double>::quiet_NaN();
    moments.first.push_back(1.0 - from_b * scale);
    moments.total.push_back(from_a * scale);
  }
  return moments;
}

/// Rows drawn with replacement.
std::vector<std::uint32_t> resampled_rows(std::uint32_t rows, std::uint32_t sample, std::uint64_t seed) {
  std::vector<std::uint32_t> drawn(rows);
  for (std::uint32_t i = 0; i < rows; ++i) {
    // rows is a power of two: the leading bits are uniform.
    const std::uint64_t word = random_word(seed, i, kBootstrapStep, sample, Draw::design);
    drawn[i] = static_cast<std::uint32_t>((word * rows) >> 32);
  }
  return drawn;
}

IndexEstimate with_interval(double value, std::vector<double> samples, double probability) {
  if (samples.empty() || std::isnan(value)) return {value, value, value};
  const double tail = 0.5 * (1.0 - probability);
  return {value, quantile(samples, tail), quantile(std::move(samples), 1.0 - tail)};
}

void estimate_output(const DesignOutputs& design, std::size_t output,
                     const std::vector<std::vector<std::uint32_t>>& resamples,
                     const SobolIndexSettings& settings, SobolIndices& indices) {
  std::vector<std::uint32_t> all_rows(static_cast<std::size_t>(settings.rows));
  for (std::uint32_t row = 0; row < all_rows.size(); ++row) all_rows[row] = row;
  const Moments moments = moments_of(design, output, all_rows);
  indices.mean[output] = moments.mean;
  indices.variance[output] = moments.variance;
  std::vector<Moments> samples;
  for (const std::vector<std::uint32_t>& rows : resamples) {
    samples.push_back(moments_of(design, output, rows));
    // A sample of equal rows has no shares.
    if (!(samples.back().variance > 0.0)) samples.pop_back();
  }
  for (std::size_t input = 0; input < design.ab.size(); ++input) {
    std::vector<double> first;
    std::vector<double> total;
    for (const Moments& sample : samples) {
      first.push_back(sample.first[input]);
      total.push_back(sample.total[input]);
    }
    const std::size_t place = input * design.outputs + output;
    indices.first[place] = with_interval(moments.first[input], std::move(first), settings.interval);
    indices.total[place] = with_interval(moments.total[input], std::move(total), settings.interval);
  }
}

SobolIndices estimate(const DesignOutputs& design, const SobolIndexSettings& settings) {
  std::vector<std::vector<std::uint32_t>> resamples;
  for (int sample = 0; sample < settings.bootstrap_samples; ++sample)
    resamples.push_back(resampled_rows(static_cast<std::uint32_t>(settings.rows),
                                       static_cast<std::uint32_t>(sample), settings.seed));
  SobolIndices indices;
  indices.inputs = static_cast<int>(design.ab.size());
  indices.outputs = static_cast<int>(design.outputs);
  indices.mean.resize(design.outputs);
  indices.variance.resize(design.outputs);
  indices.first.resize(design.ab.size() * design.outputs);
  indices.total.resize(design.ab.size() * design.outputs);
  for (std::size_t output = 0; output < design.outputs; ++output)
    estimate_output(design, output, resamples, settings, indices);
  return indices;
}

}  // namespace

SobolIndices sobol_indices(const NoisyFunction& function, int dimensions,
                           const SobolIndexSettings& settings) {
  check_settings(dimensions, settings);
  const MapPoints as_they_are = [](std::vector<double> points) { return points; };
  return estimate(run_design(function, as_they_are, static_cast<std::size_t>(dimensions), settings),
                  settings);
}

SobolIndices sobol_indices(const NoisyFunction& function, const Prior& prior,
                           const SobolIndexSettings& settings) {
  check_settings(prior.dimensions(), settings);
  const MapPoints quantiles = [&](const std::vector<double>& points) {
    return prior_quantiles(prior, points);
  };
  return estimate(run_design(function, quantiles, prior.marginals().size(), settings), settings);
}

}  // namespace starling
