#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <numbers>

#include <unsupported/Eigen/FFT>

#include <starling/abm/outcome_delays.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

double log_normal_cumulative(const LogNormalDelay& delay, double days) {
  if (days <= 0.0) return 0.0;
  const double distance = std::log(days) - delay.log_mean();
  const double sd = delay.log_sd();
  if (!(sd > 0.0)) return distance >= 0.0 ? 1.0 : 0.0;
  return 0.5 * std::erfc(-distance / (sd * std::numbers::sqrt2));
}

/// Sums of independent delays. Masses lie on `cells` cells; transforms are long enough that a sum of two
/// never wraps round.
class DelaySums {
 public:
  using Mass = std::vector<double>;

  explicit DelaySums(double horizon_days)
      : cells_(static_cast<std::size_t>(std::ceil(horizon_days / kDelayCellDays)) + 1),
        length_(std::bit_ceil(2 * cells_)) {
    transform_.SetFlag(Eigen::FFT<double>::HalfSpectrum);
  }

  /// The mass of [i h, (i + 1) h) in cell i.
  [[nodiscard]] Mass first(const LogNormalDelay& delay) const { return cell_mass(delay, 0.0); }

  /// The first delay or a sum, plus one more. The further delay is rounded to the nearest multiple of the
  /// cell length, so that the sum lies in the same cells as the first.
  [[nodiscard]] Mass plus(const Mass& sum, const LogNormalDelay& further) {
    return multiply(spectrum_of(sum), spectrum_of(cell_mass(further, 0.5)));
  }

 private:
  using Spectrum = std::vector<std::complex<double>>;

  [[nodiscard]] Mass cell_mass(const LogNormalDelay& delay, double offset) const {
    Mass mass(cells_);
    double below = 0.0;
    for (std::size_t i = 0; i < cells_; ++i) {
      const double end = (static_cast<double>(i) + 1.0 - offset) * kDelayCellDays;
      const double up_to = log_normal_cumulative(delay, end);
      mass[i] = up_to - below;
      below = up_to;
    }
    return mass;
  }

  [[nodiscard]] Spectrum spectrum_of(Mass mass) {
    mass.resize(length_, 0.0);
    Spectrum spectrum;
    transform_.fwd(spectrum, mass);
    return spectrum;
  }

  [[nodiscard]] Mass multiply(Spectrum left, const Spectrum& right) {
    for (std::size_t k = 0; k < left.size(); ++k) left[k] *= right[k];
    Mass mass;
    transform_.inv(mass, left, static_cast<Eigen::Index>(length_));
    mass.resize(cells_);
    // Rounding of the transforms leaves about 1e-17 where there is nothing.
    for (double& value : mass) value = value < 1e-16 ? 0.0 : value;
    return mass;
  }

  std::size_t cells_;
  std::size_t length_;
  Eigen::FFT<double> transform_;
};

}  // namespace

DelayDistribution::DelayDistribution(double cell_days, std::span<const double> mass) : cell_days_(cell_days) {
  cumulative_.reserve(mass.size() + 1);
  double sum = 0.0;
  cumulative_.push_back(sum);
  for (const double value : mass) cumulative_.push_back(sum += value);
}

double DelayDistribution::cumulative(double days) const {
  const double position = days / cell_days_;
  if (!(position > 0.0)) return 0.0;
  const std::size_t last = cumulative_.size() - 1;
  const auto cell = static_cast<std::size_t>(position);
  if (cell >= last) return cumulative_[last];
  const double part = position - static_cast<double>(cell);
  return cumulative_[cell] + part * (cumulative_[cell + 1] - cumulative_[cell]);
}

std::array<DelayDistribution, kDiseaseEvents> event_delays(const DiseaseSettings& settings,
                                                           double horizon_days) {
  check_positive("event_delays", "horizon_days", horizon_days);
  check_disease(settings);
  DelaySums sums(horizon_days);
  const auto onset = sums.plus(sums.first(settings.latent), settings.presymptomatic);
  const auto admission = sums.plus(onset, settings.onset_to_admission);
  const auto intensive_care = sums.plus(admission, settings.admission_to_intensive_care);
  const auto on_cells = [](const std::vector<double>& mass) {
    return DelayDistribution(kDelayCellDays, mass);
  };
  return {on_cells(onset),
          on_cells(admission),
          on_cells(intensive_care),
          on_cells(sums.plus(intensive_care, settings.intensive_care_to_death)),
          on_cells(sums.plus(onset, settings.symptomatic_recovery)),
          on_cells(sums.plus(admission, settings.severe_recovery)),
          on_cells(sums.plus(intensive_care, settings.critical_recovery))};
}

}  // namespace starling
