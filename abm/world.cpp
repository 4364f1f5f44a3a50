#include <algorithm>

#include <starling/abm/world.hpp>
#include <starling/core/check.hpp>

namespace starling {

namespace {

template <class Real>
std::vector<Real> converted(const std::vector<double>& values) {
  std::vector<Real> result(values.size());
  std::ranges::transform(values, result.begin(), [](double value) { return static_cast<Real>(value); });
  return result;
}

// The tables that the kernels read stay in the layout; the rest of a block is all the host needs later.
std::vector<CellBlock> without_agents(std::vector<CellBlock> blocks) {
  for (CellBlock& block : blocks) {
    block.mixing.agent_class = {};
    block.mixing.contact = {};
  }
  return blocks;
}

std::vector<ExposureBlock> exposure_blocks_of(const std::vector<CellBlock>& blocks) {
  std::vector<ExposureBlock> result;
  for (const CellBlock& block : blocks) {
    result.push_back({.first_cell = block.first_cell,
                      .cells = block.cells,
                      .venues = block.venues,
                      .only_network = block.plain ? block.mixing.networks.front() : -1,
                      .classes = block.mixing.classes,
                      .networks = static_cast<std::int32_t>(block.mixing.networks.size()),
                      .first_reception = block.first_probability,
                      .first_attending = block.first_attending,
                      .first_network = block.first_network});
  }
  return result;
}

std::vector<std::int64_t> home_offsets(const Cells& cells) {
  const std::vector<std::int64_t>& offsets = cells.members.offsets;
  return {offsets.begin(), offsets.begin() + cells.home_cells + 1};
}

std::vector<int> ages_of(const CaseGroups& groups) {
  std::vector<int> ages;
  for (const CaseGroup& group : groups.groups) ages.push_back(group.age_from);
  return ages;
}

}  // namespace

template <class Real>
World<Real>::World(const Exec& exec, const Population& population,
                   const std::vector<NetworkSettings>& networks, const InfectiousnessProfiles& profiles,
                   const CaseGroups& groups)
    : World((validate(population), exec), population, static_cast<int>(networks.size()), profiles, groups,
            lay_out_cells(population, mix_networks(population, networks))) {}

template <class Real>
World<Real>::World(const Exec& exec, const Population& population, int networks,
                   const InfectiousnessProfiles& profiles, const CaseGroups& groups, const Cells& cells)
    : exec_(exec),
      agents_(population.agents()),
      home_cells_(cells.home_cells),
      partials_(cells.partials),
      attending_rows_(cells.attending_rows),
      networks_(networks),
      groups_(groups.size()),
      group_ages_(ages_of(groups)),
      blocks_(without_agents(cells.blocks)),
      membership_offsets_(exec, cells.memberships.offsets),
      membership_cells_(exec, cells.memberships.indices),
      members_(exec, cells.members.indices),
      home_offsets_(exec, home_offsets(cells)),
      segments_(exec, cells.segments),
      splits_(exec, cells.splits),
      contact_(exec, converted<Real>(cells.contact)),
      emission_(exec, converted<Real>(cells.emission)),
      reception_(exec, converted<Real>(cells.reception)),
      class_contact_(exec, converted<Real>(cells.class_contact)),
      network_rows_(exec, cells.network_rows),
      exposure_blocks_(exec, exposure_blocks_of(cells.blocks)),
      log_scale_(exec, converted<Real>(profiles.log_scale)),
      shape_minus_one_(exec, converted<Real>(profiles.shape_minus_one)),
      rate_per_day_(exec, converted<Real>(profiles.rate_per_day)),
      shift_days_(exec, converted<Real>(profiles.shift_days)),
      group_(exec, groups.of_agent) {
  check_equal_size("World", "profiles", log_scale_.size(), agents_);
  check_equal_size("World", "groups", group_.size(), agents_);
}

template <class Real>
VenueView<Real> World<Real>::venue_view(int index) const {
  const CellBlock& own = block(index);
  return {members_.data(), segments_.data() + own.first_segment,
          own.segments,    splits_.data() + own.first_split,
          own.splits,      contact_.data()};
}

template <class Real>
ClassMixingArgs<Real> World<Real>::class_mixing(int index, DayType day) const {
  const CellBlock& own = block(index);
  const auto networks = static_cast<std::int64_t>(own.mixing.networks.size());
  const auto day_index = static_cast<std::int64_t>(day);
  ClassMixingArgs<Real> args{};
  args.venues = own.venues;
  args.classes = own.mixing.classes;
  args.networks = static_cast<int>(networks);
  const std::int64_t probability = own.first_probability + day_index * networks * own.mixing.classes;
  args.emission = emission_.data() + probability;
  args.reception = reception_.data() + probability;
  args.contact = class_contact_.data() + own.first_contact + day_index * networks * own.venues;
  args.rate_row = network_rows_.data() + own.first_network;
  return args;
}

template class World<float>;
template class World<double>;

}  // namespace starling
