#include <starling/core/pack_math.hpp>
#include <starling/kernels/autoregressive_flow_host.hpp>

namespace starling {

std::int64_t packed_flow_parameters(const AutoregressiveFlowShape& shape) {
  return shape.layers * packed_layer(shape).packed_size() + std::int64_t{2} * shape.dimensions;
}

std::int64_t flow_workspace(Backend backend, const AutoregressiveFlowShape& shape, std::int64_t rows) {
  const std::int64_t layers = backend == Backend::cpu ? 1 : shape.layers + 1;
  return flow_row_groups(backend, rows).count * layers * gradient_slots(shape).count() * kSlot;
}

namespace cpu {

namespace {

/// Packs of one register; sums of kUnitBlock units over a group of packs fill half of the registers.
template <class Real>
struct HostLanes {
  using Lane = Pack<Real, kRegisterBytes / sizeof(Real)>;
  static constexpr int kGroup = kRegisterBytes == 64 ? 4 : 2;
};
template <class Real>
struct HostLanes<Dual<Real>> {
  using Lane = Dual<Pack<Real, kRegisterBytes / sizeof(Real)>>;
  static constexpr int kGroup = kRegisterBytes == 64 ? 2 : 1;
};

}  // namespace

template <class Real>
void flow_sample(const Exec& exec, const AutoregressiveFlowArgs<Real>& args) {
  run_flow<FlowDirection::sample, typename HostLanes<Real>::Lane, HostLanes<Real>::kGroup>(exec, args);
}
template <class Real>
void flow_density(const Exec& exec, const AutoregressiveFlowArgs<Real>& args) {
  run_flow<FlowDirection::density, typename HostLanes<Real>::Lane, HostLanes<Real>::kGroup>(exec, args);
}
template <class Real>
void flow_sample_adjoint(const Exec& exec, const AutoregressiveFlowAdjointArgs<Real>& args) {
  run_flow_adjoint<FlowDirection::sample, typename HostLanes<Real>::Lane, HostLanes<Real>::kGroup>(exec,
                                                                                                   args);
}
template <class Real>
void flow_density_adjoint(const Exec& exec, const AutoregressiveFlowAdjointArgs<Real>& args) {
  run_flow_adjoint<FlowDirection::density, typename HostLanes<Real>::Lane, HostLanes<Real>::kGroup>(exec,
                                                                                                    args);
}

#define STARLING_INSTANTIATE(Real)                                                            \
  template void flow_sample(const Exec&, const AutoregressiveFlowArgs<Real>&);                \
  template void flow_density(const Exec&, const AutoregressiveFlowArgs<Real>&);               \
  template void flow_sample_adjoint(const Exec&, const AutoregressiveFlowAdjointArgs<Real>&); \
  template void flow_density_adjoint(const Exec&, const AutoregressiveFlowAdjointArgs<Real>&);
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace cpu

}  // namespace starling
