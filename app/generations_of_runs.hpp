#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <starling/abm/epidemic_model_family.hpp>
#include <starling/abm/reproduction.hpp>

namespace starling::app {

/// Generation distributions of the runs of a family, whose settings may differ in the structural parameters.
class GenerationsOfRuns {
 public:
  /// `model` must outlive this.
  GenerationsOfRuns(const EpidemicModelFamily& model, std::int64_t agents);

  /// That of a run of theta [runs][parameters], valid until the next call.
  const GenerationDistribution& of_run(std::span<const double> theta, std::size_t run);

 private:
  const EpidemicModelFamily& model_;
  std::vector<std::size_t> columns_;  // of theta that are structural
  int profiles_;
  std::vector<double> values_;  // of the columns, that the latest distribution is of
  std::optional<GenerationDistribution> latest_;
};

}  // namespace starling::app
