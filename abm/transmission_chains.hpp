#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <starling/abm/world.hpp>
#include <starling/core/buffer.hpp>
#include <starling/kernels/transmission_chains.hpp>

namespace starling {

/// Who infected whom in a run, who would have instead, and what each infection is worth
/// (kernels/transmission_chains.hpp). Takes 88 bytes an agent and lane, and 4 more for each generation of the
/// longest chain.
class TransmissionChains {
 public:
  TransmissionChains(const World<float>& world, int lanes);

  /// The arguments that do not change from step to step; the caller adds those of a step and calls the
  /// kernel, from step 0 on.
  [[nodiscard]] InfectiousContactsArgs contacts();

  /// The value of every infection beyond the case itself, [agents][lanes], given the adjoint of new cases
  /// [steps + 1][counted groups][lanes] in host memory and in the world's memory. All steps of contacts must
  /// have been drawn.
  void values(const std::int16_t* infection_step, int last_step, const CountedGroups& counted,
              std::span<const double> case_adj, const float* device_case_adj, float* values);

 private:
  [[nodiscard]] TransmissionChainsView view();
  void find_delays(const std::int16_t* infection_step, int last_step);
  /// Powers of two by which values are integers without overflow or loss. [lanes]
  [[nodiscard]] std::vector<double> scales(std::span<const double> case_adj) const;

  const World<float>* world_;
  int lanes_;
  int generations_ = 0;
  Buffer<std::int32_t> infector_;              // [agents][lanes]
  Buffer<std::int16_t> generation_;            // [agents][lanes]
  Buffer<std::int16_t> contacts_;              // [agents][lanes]
  Buffer<std::int32_t> contact_source_;        // [agents][kKeptContacts][lanes]
  Buffer<std::int16_t> contact_step_;          // [agents][kKeptContacts][lanes]
  Buffer<std::int16_t> shared_generation_;     // [agents][kKeptContacts][lanes]
  Buffer<std::int16_t> delay_, delay_before_;  // [agents][generations][lanes]
  Buffer<std::int64_t> scaled_values_;         // [agents][lanes]
  Buffer<double> scale_;                       // [lanes]
};

}  // namespace starling
