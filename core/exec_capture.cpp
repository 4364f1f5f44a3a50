// The part of Exec that records work for a graph.
#include <fmt/format.h>

#include <starling/core/error.hpp>
#include <starling/core/exec_state.hpp>
#include <starling/core/recorded_work.hpp>

namespace starling {

void Exec::State::refuse_in_capture(const char* call) const {
  if (gate.capturing)
    throw CaptureError(
        fmt::format("{}: called while a graph is captured, expected before or after it; a "
                    "graph holds kernels, device copies and fills only",
                    call));
}

void Exec::record(std::function<void()> work) const {
  state_->recorded.push_back(std::move(work));
}

void Exec::begin_capture() const {
  state_->refuse_in_capture("Graph::capture");
  if (state_->queue) state_->queue->begin_capture();
  gate_->capturing = true;
}

RecordedWork Exec::end_capture() const {
  if (!state_->given_back.empty()) {
    abandon_capture();
    throw CaptureError(
        "Exec::deallocate: memory was given back while a graph is captured; it must outlive the graph");
  }
  gate_->capturing = false;
  RecordedWork work;
  work.calls = std::exchange(state_->recorded, {});
  if (state_->queue) work.device_graph = state_->queue->end_capture();
  return work;
}

void Exec::abandon_capture() const noexcept {
  gate_->capturing = false;
  state_->recorded.clear();
  if (state_->queue) state_->queue->abandon_capture();
  for (const auto& [pointer, bytes] : std::exchange(state_->given_back, {})) deallocate(pointer, bytes);
}

void Exec::launch(const RecordedWork& work) const {
  state_->refuse_in_capture("Graph::launch");
  count_launch();
  if (state_->queue) return state_->queue->launch(*work.device_graph);
  for (const std::function<void()>& call : work.calls) call();
}

}  // namespace starling
