#include <mutex>
#include <type_traits>

#include <starling/core/cuda_check.cuh>
#include <starling/core/cuda_runtime.hpp>
#include <starling/core/device_queue.hpp>
#include <starling/core/staging_ring.hpp>

namespace starling::cuda {

namespace {

/// Owns a handle of the CUDA runtime. Errors on giving it back have nobody to tell: destructors do not throw.
template <class Handle, cudaError_t (*destroy)(Handle)>
struct Destroy {
  void operator()(Handle handle) const noexcept { (void)destroy(handle); }
};
template <class Handle, cudaError_t (*destroy)(Handle)>
using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, Destroy<Handle, destroy>>;

using Stream = Owned<cudaStream_t, &cudaStreamDestroy>;
using Event = Owned<cudaEvent_t, &cudaEventDestroy>;
using Pool = Owned<cudaMemPool_t, &cudaMemPoolDestroy>;
using RecordedGraph = Owned<cudaGraph_t, &cudaGraphDestroy>;
using ExecutableGraph = Owned<cudaGraphExec_t, &cudaGraphExecDestroy>;
using PinnedMemory = Owned<void*, &cudaFreeHost>;

Stream make_stream() {
  cudaStream_t stream = nullptr;
  // A stream of its own: it does not wait for the default stream of the program around the library.
  STARLING_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  return Stream(stream);
}

Pool make_pool(int device) {
  cudaMemPoolProps properties = {};
  properties.allocType = cudaMemAllocationTypePinned;  // "pinned" to the device: ordinary device memory
  properties.handleTypes = cudaMemHandleTypeNone;
  properties.location.type = cudaMemLocationTypeDevice;
  properties.location.id = device;
  cudaMemPool_t handle = nullptr;
  STARLING_CUDA(cudaMemPoolCreate(&handle, &properties));
  Pool pool(handle);
  // Freed blocks stay in the pool, so that repeated runs ask nothing of the driver.
  std::uint64_t keep_everything = UINT64_MAX;
  STARLING_CUDA(cudaMemPoolSetAttribute(handle, cudaMemPoolAttrReleaseThreshold, &keep_everything));
  return pool;
}

/// The device half of the staging ring. The event of a block is recorded again after every copy from it, so
/// that it stands for the last one, and on one stream with it for all.
class StagingDevice {
 public:
  struct Block {
    PinnedMemory memory;
    std::byte* data;
    Event sent;
  };

  explicit StagingDevice(cudaStream_t stream) : stream_(stream) {}

  Block make_block(std::int64_t bytes) {
    void* pinned = nullptr;
    STARLING_CUDA(cudaMallocHost(&pinned, static_cast<std::size_t>(bytes)));
    PinnedMemory memory(pinned);
    cudaEvent_t sent = nullptr;
    STARLING_CUDA(cudaEventCreateWithFlags(&sent, cudaEventDisableTiming));
    return {std::move(memory), static_cast<std::byte*>(pinned), Event(sent)};
  }
  void send(const Block& block, std::int64_t offset, void* to, std::int64_t bytes) {
    STARLING_CUDA(cudaMemcpyAsync(to, block.data + offset, static_cast<std::size_t>(bytes),
                                  cudaMemcpyHostToDevice, stream_));
    STARLING_CUDA(cudaEventRecord(block.sent.get(), stream_));
  }
  bool has_arrived(const Block& block) {
    const cudaError_t status = cudaEventQuery(block.sent.get());
    if (status == cudaErrorNotReady) {
      (void)cudaGetLastError();  // Not an error: it must not be found after the next launch.
      return false;
    }
    check(status, "cudaEventQuery");
    return true;
  }
  void wait(const Block& block) { STARLING_CUDA(cudaEventSynchronize(block.sent.get())); }

 private:
  cudaStream_t stream_;
};

}  // namespace

struct DeviceGraph::Parts {
  ExecutableGraph executable;
};

DeviceGraph::DeviceGraph(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
DeviceGraph::~DeviceGraph() = default;

// Members go last to first: the staging memory after the stream's work, the pool at the very end.
struct DeviceQueue::Parts {
  int device;
  Pool pool;
  Stream stream;
  std::mutex staging_mutex;  // the one part that is not the stream's own
  StagingRing<StagingDevice> staging;

  explicit Parts(int device_)
      : device(device_),
        pool(make_pool(device_)),
        stream(make_stream()),
        staging(StagingDevice(stream.get())) {}
};

DeviceQueue::DeviceQueue(int device) {
  const DeviceScope scope(device);
  parts_ = std::make_unique<Parts>(device);
}

DeviceQueue::~DeviceQueue() {
  (void)cudaStreamSynchronize(parts_->stream.get());
}

void* DeviceQueue::stream() const {
  return parts_->stream.get();
}

void DeviceQueue::synchronize() {
  STARLING_CUDA(cudaStreamSynchronize(parts_->stream.get()));
}

void* DeviceQueue::allocate(std::int64_t bytes) {
  const DeviceScope scope(parts_->device);
  void* pointer = nullptr;
  const cudaError_t status = cudaMallocFromPoolAsync(&pointer, static_cast<std::size_t>(bytes),
                                                     parts_->pool.get(), parts_->stream.get());
  if (status == cudaSuccess) return pointer;
  (void)cudaGetLastError();  // Told here, so not to be found after the next launch.
  throw ResourceError("the device has no " + std::to_string(bytes) +
                      " bytes to give: " + cudaGetErrorString(status));
}

void DeviceQueue::deallocate(void* pointer) noexcept {
  (void)cudaFreeAsync(pointer, parts_->stream.get());
}

std::int64_t DeviceQueue::upload(void* to, const void* from, std::int64_t bytes) {
  const DeviceScope scope(parts_->device);
  const std::lock_guard lock(parts_->staging_mutex);
  return parts_->staging.upload(to, from, bytes);
}

void DeviceQueue::download(void* to, const void* from, std::int64_t bytes) {
  const DeviceScope scope(parts_->device);
  STARLING_CUDA(cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyDeviceToHost,
                                parts_->stream.get()));
  synchronize();
}

void DeviceQueue::copy(void* to, const void* from, std::int64_t bytes) {
  const DeviceScope scope(parts_->device);
  STARLING_CUDA(cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyDeviceToDevice,
                                parts_->stream.get()));
}

void DeviceQueue::fill_zero(void* to, std::int64_t bytes) {
  const DeviceScope scope(parts_->device);
  STARLING_CUDA(cudaMemsetAsync(to, 0, static_cast<std::size_t>(bytes), parts_->stream.get()));
}

void DeviceQueue::begin_capture() {
  // Thread-local: calls that cannot be recorded fail on this thread and are nobody else's business.
  STARLING_CUDA(cudaStreamBeginCapture(parts_->stream.get(), cudaStreamCaptureModeThreadLocal));
}

std::unique_ptr<DeviceGraph> DeviceQueue::end_capture() {
  const DeviceScope scope(parts_->device);
  cudaGraph_t handle = nullptr;
  const cudaError_t status = cudaStreamEndCapture(parts_->stream.get(), &handle);
  const RecordedGraph recorded(handle);
  if (status != cudaSuccess) {
    (void)cudaGetLastError();
    throw CaptureError(std::string("capture: a call inside it cannot be recorded: ") +
                       cudaGetErrorString(status));
  }
  cudaGraphExec_t executable = nullptr;
  STARLING_CUDA(cudaGraphInstantiateWithFlags(&executable, recorded.get(), 0));
  auto parts = std::make_unique<DeviceGraph::Parts>();
  parts->executable.reset(executable);
  return std::make_unique<DeviceGraph>(std::move(parts));
}

void DeviceQueue::abandon_capture() noexcept {
  cudaGraph_t handle = nullptr;
  (void)cudaStreamEndCapture(parts_->stream.get(), &handle);
  const RecordedGraph recorded(handle);
  (void)cudaGetLastError();
}

void DeviceQueue::launch(const DeviceGraph& graph) {
  const DeviceScope scope(parts_->device);
  STARLING_CUDA(cudaGraphLaunch(graph.parts().executable.get(), parts_->stream.get()));
}

}  // namespace starling::cuda
