#include <starling/core/launch.hpp>
#include <starling/kernels/venue_pressure.hpp>
#include <starling/kernels/venue_pressure_math.hpp>

namespace starling::cpu {

namespace {

template <class Real, class Value, class Sum, class Result>
void sum_over_members(const Exec& exec, const VenueView<Real>& venues, int lanes, const Value* values,
                      Sum* partial, const Result& result) {
  for_each_row_cpu(exec, venues.segment_count, lanes,
                   segment_sum_body(venues, lanes, values, partial, result));
  for_each_row_cpu(exec, venues.split_count, lanes, split_venue_body(venues, lanes, partial, result));
}

}  // namespace

template <class Args>
void venue_pressure(const Exec& exec, const Args& args) {
  sum_over_members(exec, args.venues, args.lanes, args.transmission, args.partial,
                   PressureResult<Args>{args});
}

template <class Real>
void venue_pressure_adjoint(const Exec& exec, const VenuePressureAdjointArgs<Real>& args) {
  sum_over_members(exec, args.venues, args.lanes, args.raw_adj, args.partial,
                   PressureAdjointResult<Real>{args});
}

template void venue_pressure(const Exec&, const SampledVenuePressureArgs&);
template void venue_pressure(const Exec&, const MeanFieldVenuePressureArgs&);
template void venue_pressure_adjoint(const Exec&, const VenuePressureAdjointArgs<float>&);
template void venue_pressure_adjoint(const Exec&, const VenuePressureAdjointArgs<double>&);

}  // namespace starling::cpu
