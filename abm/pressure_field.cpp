#include <algorithm>

#include <starling/abm/pressure_field.hpp>
#include <starling/kernels/lane_sum.hpp>
#include <starling/kernels/venue_pressure.hpp>

namespace starling {

template <class Real, class Transmitted, class Sum>
PressureField<Real, Transmitted, Sum>::PressureField(const World<Real>& world, int lanes)
    : lanes_(lanes),
      pressure_(world.exec(), world.venues() * lanes),
      partial_(world.exec(), world.partials() * lanes),
      venue_adj_(world.exec(), 0),
      partial_adj_(world.exec(), 0),
      lane_partial_(world.exec(), 0) {
  pressure_.fill_zero();
}

template <class Real, class Transmitted, class Sum>
void PressureField<Real, Transmitted, Sum>::clear_network(const World<Real>& world, int network,
                                                          Buffer<Real>& values) const {
  const NetworkRange& range = world.range(network);
  world.exec().fill_zero(values.data() + range.first_venue * lanes_,
                         range.venues * lanes_ * static_cast<std::int64_t>(sizeof(Real)));
}

template <class Real, class Transmitted, class Sum>
void PressureField<Real, Transmitted, Sum>::allocate_adjoint(const World<Real>& world) {
  if (venue_adj_.size() != 0) return;
  venue_adj_ = Buffer<Real>(world.exec(), world.venues() * lanes_);
  partial_adj_ = Buffer<Real>(world.exec(), world.partials() * lanes_);
  std::int64_t most_venues = 0;
  for (int n = 0; n < world.networks(); ++n) most_venues = std::max(most_venues, world.range(n).venues);
  lane_partial_ = Buffer<double>(world.exec(), lane_sum_chunks(most_venues) * lanes_);
}

template <class Real, class Transmitted, class Sum>
void PressureField<Real, Transmitted, Sum>::compute(const World<Real>& world, const ActiveNetworks& active,
                                                    const Transmitted* transmission,
                                                    const Real* rate_per_day) {
  for (int n = 0; n < world.networks(); ++n) {
    if (!active[static_cast<std::size_t>(n)]) {
      clear_network(world, n, pressure_);
      continue;
    }
    kernels::venue_pressure<VenuePressureArgs<Real, Transmitted, Sum>>(
        world.exec(), {.venues = world.venue_view(n),
                       .lanes = lanes_,
                       .transmission = transmission,
                       .rate_per_day = rate_per_day + std::int64_t{n} * lanes_,
                       .partial = partial_.data(),
                       .pressure = pressure_.data()});
  }
}

template <class Real, class Transmitted, class Sum>
void PressureField<Real, Transmitted, Sum>::adjoint(const World<Real>& world, const ActiveNetworks& active,
                                                    const Real* raw_adj, const Real* rate_per_day,
                                                    double* log_rate_adj) {
  allocate_adjoint(world);
  for (int n = 0; n < world.networks(); ++n) {
    if (!active[static_cast<std::size_t>(n)]) {
      clear_network(world, n, venue_adj_);
    } else {
      kernels::venue_pressure_adjoint<Real>(world.exec(),
                                            {.venues = world.venue_view(n),
                                             .lanes = lanes_,
                                             .raw_adj = raw_adj,
                                             .rate_per_day = rate_per_day + std::int64_t{n} * lanes_,
                                             .partial = partial_adj_.data(),
                                             .pressure = pressure_.data(),
                                             .venue_adj = venue_adj_.data()});
    }
    kernels::lane_sum<Real>(world.exec(), {.rows = world.range(n).venues,
                                           .lanes = lanes_,
                                           .values = pressure_.data() + world.range(n).first_venue * lanes_,
                                           .partial = lane_partial_.data(),
                                           .sum = log_rate_adj + std::int64_t{n} * lanes_});
  }
}

template class PressureField<float, Quanta, std::int64_t>;
template class PressureField<double, double, double>;

}  // namespace starling
