#pragma once

#include <cstdint>

#include <starling/core/csr.hpp>
#include <starling/core/kernel.hpp>
#include <starling/kernels/contact_reduction.hpp>

namespace starling {

/// Where the infections of a step happened. The exposure of an agent is a sum over networks and imports,
///   lambda = sum over n of lambda_n,
/// and under competing exponential risks a contact in network n was the cause with probability
/// lambda_n / lambda, which the agent adds to
///   shares[n][lane] += kSharesPerCase lambda_n / lambda   (core/fixed_point.hpp).
/// lambda_n sums over the agent's cells: their pressure where one network meets, else
/// reception[n][class] attending[n][venue] (kernels/class_mixing.hpp); times what quarantine keeps outside
/// home. A vaccine lowers all of it alike. The parts of one agent are differences of truncated partial sums,
/// so that they add up to one case exactly; integer sums do not depend on the order.

/// Where the cells of a venue type lie, and which networks share their pressure.
struct ExposureBlock {
  std::int64_t first_cell;
  std::int64_t cells;
  std::int64_t venues;
  std::int32_t only_network;  // the network of a block where one meets, or -1, and then:
  std::int32_t classes;
  std::int32_t networks;
  std::int64_t first_reception;  // of a weekday; the other day types follow
  std::int64_t first_attending;  // row of [networks][venues]
  std::int64_t first_network;    // among the rows
};

/// The blocks of a world in the order of their cells.
template <class Real>
struct ExposureBlocksView {
  const ExposureBlock* blocks;
  int count;
  const Real* reception;             // tables of all blocks
  const std::int32_t* network_rows;  // configured index of the networks of all blocks
  const Real* emission = nullptr;    // laid out as reception
};

/// What the exposures of a step are made of.
struct ExposureView {
  int lanes;
  int networks;  // configured
  int day_type;
  CsrView memberships;     // agent -> cells
  const float* pressure;   // [cells][lanes]
  const float* attending;  // [attending rows][lanes], of the blocks with pressure
  ExposureBlocksView<float> blocks;
  IsolationView<float> isolation;
  ImportView<float> imports;
};

struct InfectionSharesArgs {
  std::int64_t agents;
  int step;
  const std::int16_t* infection_step;  // [agents][lanes] after the step
  ExposureView exposure;
  std::int64_t* shares;  // [networks + 1][lanes], the last row for imports; added to
};

namespace cpu {
void infection_shares(const Exec& exec, const InfectionSharesArgs& args);
}  // namespace cpu
namespace cuda {
void infection_shares(const Exec& exec, const InfectionSharesArgs& args);
}  // namespace cuda

namespace kernels {

/// Infection steps read; the rest concerns the few who were infected now.
inline constexpr Kernel<InfectionSharesArgs> infection_shares{
    "infection_shares", &cpu::infection_shares, STARLING_CUDA_KERNEL(cuda::infection_shares),
    [](const InfectionSharesArgs& args) { return args.agents * args.exposure.lanes * 2; }};

}  // namespace kernels

}  // namespace starling
