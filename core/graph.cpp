#include <starling/core/graph.hpp>
#include <starling/core/recorded_work.hpp>

namespace starling {

Graph::Graph(Exec exec, std::shared_ptr<const RecordedWork> work)
    : exec_(std::move(exec)), work_(std::move(work)) {}

Graph Graph::capture(const Exec& exec, const std::function<void()>& queue_work) {
  exec.begin_capture();
  try {
    queue_work();
  } catch (...) {
    exec.abandon_capture();
    throw;
  }
  return {exec, std::make_shared<const RecordedWork>(exec.end_capture())};
}

void Graph::launch() const {
  exec_.launch(*work_);
}

}  // namespace starling
