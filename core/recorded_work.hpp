#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <starling/core/device_queue.hpp>

namespace starling {

/// What a graph holds: calls of the host backend, or a graph of the device.
struct RecordedWork {
  std::vector<std::function<void()>> calls;
  std::unique_ptr<cuda::DeviceGraph> device_graph;
};

}  // namespace starling
