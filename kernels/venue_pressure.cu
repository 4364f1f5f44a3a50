#include <starling/core/launch.cuh>
#include <starling/kernels/venue_pressure.hpp>
#include <starling/kernels/venue_pressure_math.hpp>

namespace starling::cuda {

namespace {

template <class Real, class Value, class Sum, class Result>
void sum_over_members(const Exec& exec, const char* name, const VenueView<Real>& venues, int lanes,
                      const Value* values, Sum* partial, const Result& result) {
  for_each_row_cuda(exec, name, venues.segment_count, lanes,
                    segment_sum_body(venues, lanes, values, partial, result));
  for_each_row_cuda(exec, name, venues.split_count, lanes, split_venue_body(venues, lanes, partial, result));
}

}  // namespace

template <class Args>
void venue_pressure(const Exec& exec, const Args& args) {
  sum_over_members(exec, "venue_pressure", args.venues, args.lanes, args.transmission, args.partial,
                   PressureResult<Args>{args});
}

template <class Real>
void venue_pressure_adjoint(const Exec& exec, const VenuePressureAdjointArgs<Real>& args) {
  sum_over_members(exec, "venue_pressure_adjoint", args.venues, args.lanes, args.raw_adj, args.partial,
                   PressureAdjointResult<Real>{args});
}

template void venue_pressure(const Exec&, const SampledVenuePressureArgs&);
template void venue_pressure(const Exec&, const MeanFieldVenuePressureArgs&);
template void venue_pressure_adjoint(const Exec&, const VenuePressureAdjointArgs<float>&);
template void venue_pressure_adjoint(const Exec&, const VenuePressureAdjointArgs<double>&);

}  // namespace starling::cuda
