#include <algorithm>
#include <cmath>
#include <utility>

#include <starling/abm/transmission_chains.hpp>

namespace starling {

namespace {

// Delays of sources infected later than those they meet come from the pass before. Each pass can only lower a
// delay; after a few next to none still changes.
constexpr int kDelayPasses = 4;

}  // namespace

TransmissionChains::TransmissionChains(const World<float>& world, int lanes)
    : world_(&world),
      lanes_(lanes),
      infector_(world.exec(), world.agents() * lanes),
      generation_(world.exec(), world.agents() * lanes),
      contacts_(world.exec(), world.agents() * lanes),
      contact_source_(world.exec(), world.agents() * kKeptContacts * lanes),
      contact_step_(world.exec(), world.agents() * kKeptContacts * lanes),
      shared_generation_(world.exec(), world.agents() * kKeptContacts * lanes),
      delay_(world.exec(), 0),
      delay_before_(world.exec(), 0),
      scaled_values_(world.exec(), world.agents() * lanes),
      scale_(world.exec(), lanes) {}

TransmissionChainsView TransmissionChains::view() {
  return {infector_.data(),       generation_.data(),   contacts_.data(),
          contact_source_.data(), contact_step_.data(), shared_generation_.data()};
}

InfectiousContactsArgs TransmissionChains::contacts() {
  InfectiousContactsArgs args{};
  args.agents = world_->agents();
  args.lanes = lanes_;
  args.memberships = world_->memberships();
  args.members = world_->members();
  args.blocks = world_->exposure_blocks();
  args.home_cells = world_->home_cells();
  args.chains = view();
  return args;
}

void TransmissionChains::find_delays(const std::int16_t* infection_step, int last_step) {
  const std::vector<std::int16_t> generation = generation_.download();
  const int generations = generation.empty() ? 1 : 1 + std::ranges::max(generation);
  if (generations > generations_) {
    generations_ = generations;
    for (Buffer<std::int16_t>* delay : {&delay_, &delay_before_})
      *delay = Buffer<std::int16_t>(world_->exec(), world_->agents() * generations_ * lanes_);
  }
  for (int pass = 0; pass < kDelayPasses; ++pass) {
    std::swap(delay_, delay_before_);
    for (int step = 0; step <= last_step; ++step)
      kernels::chain_delays(world_->exec(), {.agents = world_->agents(),
                                             .lanes = lanes_,
                                             .step = step,
                                             .generations = generations_,
                                             .infection_step = infection_step,
                                             .chains = view(),
                                             .before = pass == 0 ? nullptr : delay_before_.data(),
                                             .delay = delay_.data()});
  }
}

std::vector<double> TransmissionChains::scales(std::span<const double> case_adj) const {
  std::vector<double> largest(static_cast<std::size_t>(lanes_), 0.0);
  for (std::size_t i = 0; i < case_adj.size(); ++i) {
    double& of_lane = largest[i % largest.size()];
    of_lane = std::max(of_lane, std::abs(case_adj[i]));
  }
  // An agent's infection is worth at most twice the largest adjoint for everyone: below 2^31 times 2^1 times
  // 2^30.
  for (double& value : largest)
    if (value > 0.0) value = std::exp2(30 - std::ilogb(value) - 1);
  return largest;
}

void TransmissionChains::values(const std::int16_t* infection_step, int last_step,
                                const CountedGroups& counted, std::span<const double> case_adj,
                                const float* device_case_adj, float* values) {
  const Exec& exec = world_->exec();
  kernels::shared_generations(exec, {.agents = world_->agents(),
                                     .lanes = lanes_,
                                     .infection_step = infection_step,
                                     .last_step = last_step,
                                     .chains = view()});
  find_delays(infection_step, last_step);
  scale_.upload(scales(case_adj));
  scaled_values_.fill_zero();
  kernels::chain_values(exec, {.agents = world_->agents(),
                               .lanes = lanes_,
                               .last_step = last_step,
                               .generations = generations_,
                               .step_cells = static_cast<std::int64_t>(case_adj.size()) / (last_step + 1),
                               .infection_step = infection_step,
                               .chains = view(),
                               .delay = delay_.data(),
                               .counted = counted,
                               .case_adj = device_case_adj,
                               .scale = scale_.data(),
                               .values = scaled_values_.data()});
  kernels::unscaled_values(exec, {.agents = world_->agents(),
                                  .lanes = lanes_,
                                  .values = scaled_values_.data(),
                                  .scale = scale_.data(),
                                  .real = values});
}

}  // namespace starling
