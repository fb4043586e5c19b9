// CUDA: graphs of kernels that are recorded once and replayed, the precision of products, memory. Without CUDA every call fails with a text.

#include <ATen/Context.h>
#include <c10/util/Exception.h>
#include <torch/version.h>

#include <cstdint>
#include <memory>

#include "gate.h"

#ifdef FLEXG_CUDA

#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

namespace {

// Kernels are recorded on a stream of their own; the caller's comes back when the recording ends.
struct Recording {
  at::cuda::CUDAGraph graph;
  c10::cuda::CUDAStream caller, own;
  c10::DeviceIndex device;

  explicit Recording(c10::DeviceIndex index)
      : caller(c10::cuda::getCurrentCUDAStream(index)), own(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, index)), device(index) {}
};

Recording& recording_of(void* handle) { return *static_cast<Recording*>(handle); }

}  // namespace

// From now on this thread's kernels are recorded, not run.
FLEXG_EXPORT int flexg_graph_begin(int device, void** handle) {
  return guarded([&] {
    const c10::cuda::CUDAGuard guard(static_cast<c10::DeviceIndex>(device));
    auto recording = std::make_unique<Recording>(static_cast<c10::DeviceIndex>(device));
    C10_CUDA_CHECK(cudaDeviceSynchronize());
    c10::cuda::setCurrentCUDAStream(recording->own);
    try {
#if TORCH_VERSION_MAJOR >= 2
      recording->graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
#else
      recording->graph.capture_begin();
#endif
    } catch (...) {
      c10::cuda::setCurrentCUDAStream(recording->caller);
      throw;
    }
    *handle = recording.release();
  });
}

FLEXG_EXPORT int flexg_graph_end(void* handle) {
  auto& recording = recording_of(handle);
  const int status = guarded([&] { recording.graph.capture_end(); });
  c10::cuda::setCurrentCUDAStream(recording.caller);
  return status;
}

FLEXG_EXPORT int flexg_graph_replay(void* handle) {
  return guarded([&] {
    auto& recording = recording_of(handle);
    const c10::cuda::CUDAGuard guard(recording.device);
    recording.graph.replay();
  });
}

FLEXG_EXPORT void flexg_graph_free(void* handle) {
  (void)guarded([&] { delete static_cast<Recording*>(handle); });
}

// The most memory that tensors on the device have taken at one time, in bytes.
FLEXG_EXPORT int flexg_cuda_peak_memory(int device, int64_t* bytes) {
  return guarded([&] { *bytes = c10::cuda::CUDACachingAllocator::getDeviceStats(static_cast<c10::DeviceIndex>(device)).allocated_bytes[0].peak; });
}

FLEXG_EXPORT int flexg_has_cuda_kernels() { return 1; }

#else

namespace {

int without_cuda() {
  return guarded([] { TORCH_CHECK(false, "this gate was built without CUDA"); });
}

}  // namespace

FLEXG_EXPORT int flexg_graph_begin(int, void**) { return without_cuda(); }
FLEXG_EXPORT int flexg_graph_end(void*) { return without_cuda(); }
FLEXG_EXPORT int flexg_graph_replay(void*) { return without_cuda(); }
FLEXG_EXPORT void flexg_graph_free(void*) {}
FLEXG_EXPORT int flexg_cuda_peak_memory(int, int64_t*) { return without_cuda(); }
FLEXG_EXPORT int flexg_has_cuda_kernels() { return 0; }

#endif

// Whether a GPU may round the factors of float32 products to TF32's ten bits, and whether cuDNN tries its algorithms before it chooses.
FLEXG_EXPORT int flexg_set_cuda_products(int tf32, int benchmark) {
  return guarded([&] {
    at::globalContext().setAllowTF32CuBLAS(tf32 != 0);
    at::globalContext().setAllowTF32CuDNN(tf32 != 0);
    at::globalContext().setBenchmarkCuDNN(benchmark != 0);
  });
}
