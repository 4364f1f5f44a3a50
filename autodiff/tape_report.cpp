#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include <starling/autodiff/tape.hpp>

namespace starling {

template <class Real>
TapeBytes Tape<Real>::bytes() const {
  return {memory_.used_bytes() + records_.used_bytes(), memory_.held_bytes() + records_.held_bytes()};
}

template <class Real>
TapeReport Tape<Real>::report() const {
  std::map<std::string_view, OperationUse> uses;
  const auto add = [&](std::string_view name, const Value& value) {
    const std::int64_t bytes = value.shape.size() * static_cast<std::int64_t>(sizeof(Real));
    OperationUse& use = uses[name];
    if (value.owns_data) use.value_bytes += bytes;
    if (value.adjoint != nullptr) use.adjoint_bytes += bytes;
  };
  std::vector<bool> recorded(values_.size(), false);
  for (const Node& node : nodes_) {
    ++uses[node.name].records;
    for (std::size_t i = node.first_output; i < node.first_output + node.outputs; ++i) {
      add(node.name, values_[i]);
      recorded[i] = true;
    }
  }
  for (std::size_t i = 0; i < values_.size(); ++i)
    if (!recorded[i]) add(values_[i].differentiated ? "variable" : "constant", values_[i]);

  TapeReport report{{}, bytes()};
  for (auto& [name, use] : uses) {
    use.name = name;
    report.operations.push_back(use);
  }
  std::ranges::stable_sort(report.operations, std::ranges::greater{},
                           [](const OperationUse& use) { return use.value_bytes + use.adjoint_bytes; });
  return report;
}

std::string to_string(const TapeReport& report) {
  constexpr const char* kRow = "{:<28}{:>10}{:>16}{:>16}\n";
  std::string text = fmt::format(kRow, "operation", "records", "value bytes", "adjoint bytes");
  OperationUse total{"total"};
  for (const OperationUse& use : report.operations) {
    text += fmt::format(kRow, use.name, use.records, use.value_bytes, use.adjoint_bytes);
    total.records += use.records;
    total.value_bytes += use.value_bytes;
    total.adjoint_bytes += use.adjoint_bytes;
  }
  text += fmt::format(kRow, total.name, total.records, total.value_bytes, total.adjoint_bytes);
  text += fmt::format("in use {} bytes with records, workspaces and padding; held {} bytes\n",
                      report.bytes.used, report.bytes.held);
  return text;
}

#define STARLING_INSTANTIATE(Real)              \
  template TapeBytes Tape<Real>::bytes() const; \
  template TapeReport Tape<Real>::report() const;
STARLING_INSTANTIATE(float)
STARLING_INSTANTIATE(double)
STARLING_INSTANTIATE(Dual<float>)
STARLING_INSTANTIATE(Dual<double>)
#undef STARLING_INSTANTIATE

}  // namespace starling
