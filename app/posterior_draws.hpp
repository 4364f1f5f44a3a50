#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace starling::app {

/// Draws of some parameters out of a posterior.csv, as `starling calibrate` writes it.
struct PosteriorDraws {
  std::size_t parameters = 0;
  std::vector<double> values;  // [draws][parameters]

  [[nodiscard]] std::size_t draws() const { return values.size() / parameters; }
  /// Covariances over all draws. [parameters][parameters]
  [[nodiscard]] std::vector<double> covariance() const;
  /// Rows evenly picked out of all. [count][parameters]
  [[nodiscard]] std::vector<double> spread(std::size_t count) const;
};

/// Reads the columns of these names. Throws InputError for a file without one of them, for cells that are not
/// finite numbers, for a file that ends within a line and for fewer than `fewest` draws.
PosteriorDraws read_posterior_draws(const std::filesystem::path& file, const std::vector<std::string>& names,
                                    std::size_t fewest);

}  // namespace starling::app
