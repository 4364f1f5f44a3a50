#include <algorithm>

#include <starling/abm/pressure_field.hpp>
#include <starling/kernels/class_mixing.hpp>
#include <starling/kernels/lane_sum.hpp>
#include <starling/kernels/venue_pressure.hpp>

namespace starling {

bool meets(const CellBlock& block, const Meetings& meetings) {
  return std::ranges::any_of(block.mixing.networks,
                             [&](int n) { return meetings.active[static_cast<std::size_t>(n)]; });
}

namespace {

// The rate of a plain block's only network; null for blocks whose classes are mixed later.
template <class Real>
const Real* own_rate(const CellBlock& block, const Real* rate_per_day, int lanes) {
  return block.plain ? rate_per_day + std::int64_t{block.mixing.networks.front()} * lanes : nullptr;
}

}  // namespace

template <class Real, class Transmitted, class Sum>
PressureField<Real, Transmitted, Sum>::PressureField(const World<Real>& world, int lanes)
    : lanes_(lanes),
      pressure_(world.exec(), world.cells() * lanes),
      attending_(world.exec(), world.attending_rows() * lanes),
      partial_(world.exec(), world.partials() * lanes),
      cell_adj_(world.exec(), 0),
      received_(world.exec(), 0),
      partial_adj_(world.exec(), 0),
      lane_partial_(world.exec(), 0) {
  pressure_.fill_zero();
}

template <class Real, class Transmitted, class Sum>
void PressureField<Real, Transmitted, Sum>::clear_block(const World<Real>& world, int index,
                                                        Buffer<Real>& values) const {
  const CellBlock& block = world.block(index);
  world.exec().fill_zero(values.data() + block.first_cell * lanes_,
                         block.cells * lanes_ * static_cast<std::int64_t>(sizeof(Real)));
}

template <class Real, class Transmitted, class Sum>
void PressureField<Real, Transmitted, Sum>::allocate_adjoint(const World<Real>& world) {
  if (cell_adj_.size() != 0) return;
  cell_adj_ = Buffer<Real>(world.exec(), world.cells() * lanes_);
  received_ = Buffer<Real>(world.exec(), world.attending_rows() * lanes_);
  partial_adj_ = Buffer<Real>(world.exec(), world.partials() * lanes_);
  std::int64_t most_venues = 0;
  for (int b = 0; b < world.blocks(); ++b) most_venues = std::max(most_venues, world.block(b).venues);
  lane_partial_ = Buffer<double>(world.exec(), lane_sum_chunks(most_venues) * lanes_);
}

template <class Real, class Transmitted, class Sum>
void PressureField<Real, Transmitted, Sum>::mix(const World<Real>& world, int index, const Meetings& meetings,
                                                const Real* rate_per_day) {
  const CellBlock& block = world.block(index);
  ClassMixingArgs<Real> args = world.class_mixing(index, meetings.day_type);
  args.lanes = lanes_;
  args.rate_per_day = rate_per_day;
  args.cells = pressure_.data() + block.first_cell * lanes_;
  args.attending = attending_.data() + block.first_attending * lanes_;
  kernels::class_mixing<Real>(world.exec(), args);
}

template <class Real, class Transmitted, class Sum>
void PressureField<Real, Transmitted, Sum>::mix_adjoint(const World<Real>& world, int index,
                                                        const Meetings& meetings, const Real* rate_per_day) {
  const CellBlock& block = world.block(index);
  const ClassMixingArgs<Real> mixing = world.class_mixing(index, meetings.day_type);
  kernels::class_mixing_adjoint<Real>(world.exec(),
                                      {.venues = mixing.venues,
                                       .classes = mixing.classes,
                                       .networks = mixing.networks,
                                       .lanes = lanes_,
                                       .emission = mixing.emission,
                                       .reception = mixing.reception,
                                       .contact = mixing.contact,
                                       .rate_per_day = rate_per_day,
                                       .rate_row = mixing.rate_row,
                                       .cells_adj = cell_adj_.data() + block.first_cell * lanes_,
                                       .attending = attending_.data() + block.first_attending * lanes_,
                                       .received = received_.data() + block.first_attending * lanes_});
}

template <class Real, class Transmitted, class Sum>
void PressureField<Real, Transmitted, Sum>::sum_log_rate_adj(const World<Real>& world, int index,
                                                             double* log_rate_adj) {
  const CellBlock& block = world.block(index);
  // Products of pressure and adjoint: of the cells of a plain block, else of each network's venues.
  const Real* products = block.plain ? pressure_.data() + block.first_cell * lanes_
                                     : attending_.data() + block.first_attending * lanes_;
  for (const int n : block.mixing.networks) {
    kernels::lane_sum<Real>(world.exec(), {.rows = block.venues,
                                           .lanes = lanes_,
                                           .values = products,
                                           .partial = lane_partial_.data(),
                                           .sum = log_rate_adj + std::int64_t{n} * lanes_});
    products += block.venues * lanes_;
  }
}

template <class Real, class Transmitted, class Sum>
void PressureField<Real, Transmitted, Sum>::compute(const World<Real>& world, const Meetings& meetings,
                                                    HomeAndOutside<Transmitted> transmission,
                                                    const Real* rate_per_day) {
  for (int b = 0; b < world.blocks(); ++b) {
    const CellBlock& block = world.block(b);
    if (!meets(block, meetings)) {
      clear_block(world, b, pressure_);
      continue;
    }
    kernels::venue_pressure<VenuePressureArgs<Real, Transmitted, Sum>>(
        world.exec(), {.venues = world.venue_view(b),
                       .lanes = lanes_,
                       .transmission = transmission.in(block),
                       .rate_per_day = own_rate(block, rate_per_day, lanes_),
                       .partial = partial_.data(),
                       .pressure = pressure_.data()});
    if (!block.plain) mix(world, b, meetings, rate_per_day);
  }
}

template <class Real, class Transmitted, class Sum>
void PressureField<Real, Transmitted, Sum>::adjoint(const World<Real>& world, const Meetings& meetings,
                                                    HomeAndOutside<Real> raw_adj, const Real* rate_per_day,
                                                    double* log_rate_adj) {
  allocate_adjoint(world);
  for (int b = 0; b < world.blocks(); ++b) {
    const CellBlock& block = world.block(b);
    if (!meets(block, meetings)) {
      clear_block(world, b, cell_adj_);
      for (const int n : block.mixing.networks)
        world.exec().fill_zero(log_rate_adj + std::int64_t{n} * lanes_,
                               lanes_ * static_cast<std::int64_t>(sizeof(double)));
      continue;
    }
    kernels::venue_pressure_adjoint<Real>(world.exec(),
                                          {.venues = world.venue_view(b),
                                           .lanes = lanes_,
                                           .raw_adj = raw_adj.in(block),
                                           .rate_per_day = own_rate(block, rate_per_day, lanes_),
                                           .partial = partial_adj_.data(),
                                           .pressure = pressure_.data(),
                                           .venue_adj = cell_adj_.data()});
    if (!block.plain) mix_adjoint(world, b, meetings, rate_per_day);
    sum_log_rate_adj(world, b, log_rate_adj);
  }
}

template class PressureField<float, Quanta, std::int64_t>;
template class PressureField<double, double, double>;

}  // namespace starling
