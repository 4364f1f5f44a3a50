#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <starling/abm/sampled_epidemic.hpp>
#include <starling/core/graph.hpp>

namespace starling {

/// Runs of one epidemic in the same memory, their steps captured once as a graph: a run is three small
/// uploads and one launch, where the kernels of a step would otherwise be launched one by one. For small
/// worlds the launches are most of the time. The same bits as SampledEpidemic::run.
class CapturedEpidemic {
 public:
  /// For `lanes` samples a run. `epidemic` must not be used for other runs between run() and the use of its
  /// result.
  CapturedEpidemic(std::shared_ptr<SampledEpidemic> epidemic, int lanes);

  /// Valid until the next run. The graph is captured at the first run and again when the seed changes: the
  /// seed is an argument of its kernels. Throws InputError for parameters that are not finite or another
  /// number of lanes.
  const Trajectory& run(const LaneParameters& parameters, const LaneNoise& noise);

 private:
  std::shared_ptr<SampledEpidemic> epidemic_;
  Trajectory trajectory_;
  std::uint64_t captured_seed_ = 0;
  std::optional<Graph> steps_;
};

}  // namespace starling
