#include <cstring>

#include <starling/autodiff/tape.hpp>
#include <starling/core/check.hpp>

namespace starling {

template <class Real>
const Exec& AdjointContext<Real>::exec() const {
  return tape_.exec();
}

template <class Real>
const Real* AdjointContext<Real>::input(std::size_t i) const {
  return tape_.values_[inputs_[i]].data;
}

template <class Real>
const Real* AdjointContext<Real>::output(std::size_t i) const {
  return tape_.values_[first_output_ + i].data;
}

template <class Real>
const Real* AdjointContext<Real>::output_adj(std::size_t i) const {
  return tape_.values_[first_output_ + i].adjoint;
}

template <class Real>
bool AdjointContext<Real>::wanted(std::size_t i) const {
  return tape_.values_[inputs_[i]].differentiated;
}

template <class Real>
AdjointSlot<Real> AdjointContext<Real>::input_adj(std::size_t i) {
  auto& value = tape_.values_[inputs_[i]];
  if (!value.differentiated) return {};
  const GradientMode mode = value.adjoint_written ? GradientMode::accumulate : GradientMode::overwrite;
  value.adjoint_written = true;
  return {value.adjoint, mode};
}

template <class Real>
Var<Real> Tape<Real>::custom(std::string_view name, std::span<const Var<Real>> inputs,
                             const Shape& output_shape, CustomOperation<Real> operation) {
  check_that(static_cast<bool>(operation.forward), name, "custom operation has no forward function");
  check_that(static_cast<bool>(operation.adjoint), name, "custom operation has no adjoint function");
  std::vector<const Real*> input_data;
  for (const Var<Real>& input : inputs) input_data.push_back(value_of(input).data);
  const Var<Real> y = output(output_shape);
  operation.forward(exec_, input_data, mutable_data(y));

  char* kept_name = records_.allocate_array<char>(static_cast<std::int64_t>(name.size()) + 1);
  std::memcpy(kept_name, name.data(), name.size());
  kept_name[name.size()] = '\0';
  std::vector<std::int64_t> sizes;
  for (const Var<Real>& input : inputs) sizes.push_back(input.size());
  auto adjoint = [operation = std::move(operation), input_data = std::move(input_data),
                  sizes = std::move(sizes)](AdjointContext<Real>& context) {
    std::vector<Real*> inputs_adj;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const AdjointSlot<Real> slot = context.input_adj(i);
      if (slot.data != nullptr && slot.mode == GradientMode::overwrite)
        context.exec().fill_zero(slot.data, sizes[i] * static_cast<std::int64_t>(sizeof(Real)));
      inputs_adj.push_back(slot.data);
    }
    operation.adjoint(context.exec(), input_data, context.output(), context.output_adj(), inputs_adj);
  };
  const Var<Real> outputs[] = {y};
  record(kept_name, inputs, outputs, std::move(adjoint));
  return y;
}

template class AdjointContext<float>;
template class AdjointContext<double>;
template Var<float> Tape<float>::custom(std::string_view, std::span<const Var<float>>, const Shape&,
                                        CustomOperation<float>);
template Var<double> Tape<double>::custom(std::string_view, std::span<const Var<double>>, const Shape&,
                                          CustomOperation<double>);

}  // namespace starling
