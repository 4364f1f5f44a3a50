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

std::vector<int> ages_of(const CaseGroups& groups) {
  std::vector<int> ages;
  for (const CaseGroup& group : groups.groups) ages.push_back(group.age_from);
  return ages;
}

}  // namespace

template <class Real>
WorldCells<Real>::WorldCells(const Exec& exec, const Cells& cells)
    : home_cells(cells.home_cells),
      partials(cells.partials),
      attending_rows(cells.attending_rows),
      blocks(without_agents(cells.blocks)),
      membership_offsets(exec, cells.memberships.offsets),
      membership_cells(exec, cells.memberships.indices),
      members(exec, cells.members.indices),
      member_offsets(exec, cells.members.offsets),
      segments(exec, cells.segments),
      splits(exec, cells.splits),
      contact(exec, converted<Real>(cells.contact)),
      emission(exec, converted<Real>(cells.emission)),
      reception(exec, converted<Real>(cells.reception)),
      class_contact(exec, converted<Real>(cells.class_contact)),
      network_rows(exec, cells.network_rows),
      exposure_blocks(exec, exposure_blocks_of(cells.blocks)) {}

template <class Real>
WorldProfiles<Real>::WorldProfiles(const Exec& exec, const InfectiousnessProfiles& profiles)
    : log_scale(exec, converted<Real>(profiles.log_scale)),
      shape_minus_one(exec, converted<Real>(profiles.shape_minus_one)),
      rate_per_day(exec, converted<Real>(profiles.rate_per_day)),
      shift_days(exec, converted<Real>(profiles.shift_days)),
      reach_days(profile_reach_days(profiles)) {}

template <class Real>
World<Real>::World(const Exec& exec, const Population& population,
                   const std::vector<NetworkSettings>& networks, const InfectiousnessProfiles& profiles,
                   const CaseGroups& groups)
    : exec_((validate(population), exec)),
      agents_(population.agents()),
      networks_(static_cast<int>(networks.size())),
      groups_(groups.size()),
      group_ages_(ages_of(groups)),
      cells_(std::make_shared<WorldCells<Real>>(
          exec, lay_out_cells(population, mix_networks(population, networks)))),
      profiles_(std::make_shared<WorldProfiles<Real>>(exec, profiles)),
      group_(std::make_shared<Buffer<std::uint16_t>>(exec, groups.of_agent)) {
  check_sizes();
}

template <class Real>
World<Real> World<Real>::with_profiles(const InfectiousnessProfiles& profiles) const {
  World result = *this;
  result.profiles_ = std::make_shared<WorldProfiles<Real>>(exec_, profiles);
  result.check_sizes();
  return result;
}

template <class Real>
World<Real> World<Real>::with_groups(const CaseGroups& groups) const {
  World result = *this;
  result.groups_ = groups.size();
  result.group_ages_ = ages_of(groups);
  result.group_ = std::make_shared<Buffer<std::uint16_t>>(exec_, groups.of_agent);
  result.check_sizes();
  return result;
}

template <class Real>
void World<Real>::check_sizes() const {
  check_equal_size("World", "profiles", profiles_->log_scale.size(), agents_);
  check_equal_size("World", "groups", group_->size(), agents_);
}

template <class Real>
VenueView<Real> World<Real>::venue_view(int index) const {
  const CellBlock& own = block(index);
  return {cells_->members.data(),
          cells_->segments.data() + own.first_segment,
          own.segments,
          cells_->splits.data() + own.first_split,
          own.splits,
          cells_->contact.data()};
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
  args.emission = cells_->emission.data() + probability;
  args.reception = cells_->reception.data() + probability;
  args.contact = cells_->class_contact.data() + own.first_contact + day_index * networks * own.venues;
  args.rate_row = cells_->network_rows.data() + own.first_network;
  return args;
}

template class World<float>;
template class World<double>;

}  // namespace starling
