#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace starling {

/// Draws of the calibrated parameters: [draws][dimensions], row after row.
using ParameterRows = std::span<const double>;

/// The random numbers of a set of runs: run i (draw after draw, replicate after replicate) is sample i of
/// `seed`.
struct RunNoise {
  std::uint64_t seed = 0;
  int replicates = 1;  // runs of each draw
};

/// One lane: the values of the calibrated parameters and the sample whose noise it uses. Lanes with the same
/// sample of a seed have the same noise, in whatever company they run.
struct LaneRun {
  std::vector<double> theta;  // [dimensions]
  std::uint32_t sample = 0;
};

struct LaneRuns {
  std::uint64_t seed = 0;
  std::vector<LaneRun> lanes;
};

/// The runs of all draws, replicates of a draw next to each other. Without dimensions there is one draw.
/// Throws InputError for rows of another length and for less than one replicate.
LaneRuns lane_runs(ParameterRows theta, std::size_t dimensions, const RunNoise& noise);

}  // namespace starling
