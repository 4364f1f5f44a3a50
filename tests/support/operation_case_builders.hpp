#pragma once

#include "operation_cases.hpp"

namespace starling::test {

using Size = std::int64_t;
using Arguments = std::function<std::vector<HostArray>(Size)>;

/// Elements between low and high, the same for the same stream.
HostArray array(const Shape& shape, std::uint64_t stream, double low, double high);

/// One vector of n elements between low and high.
Arguments vector(double low, double high);

void add_array_cases(std::vector<OperationCase>& cases);

}  // namespace starling::test
