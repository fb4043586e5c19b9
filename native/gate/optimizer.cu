// The optimisers' loops on a GPU: many tensors in one launch, for a network has hundreds that are small. optimizer.cpp has the formulas.

#include <algorithm>
#include <cstdint>

#include "cuda_kernels.h"

namespace flexg::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kMostBlocks = 264;   // of one tensor
constexpr int kSlots = 64;         // of one launch: its arguments have room for 4 KiB

struct Slots {
  Slot at[kSlots];
};

template <typename F>
__global__ void update(Slots slots, F body) {
  const Slot slot = slots.at[blockIdx.y];
  const int64_t stride = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < slot.count; i += stride) {
    body(slot, i);
  }
}

template <typename F>
void launch(const std::vector<Slot>& all, F body, cudaStream_t stream) {
  for (size_t first = 0; first < all.size(); first += kSlots) {
    const auto count = std::min<size_t>(kSlots, all.size() - first);
    Slots slots{};
    int64_t longest = 1;
    for (size_t i = 0; i < count; ++i) {
      slots.at[i] = all[first + i];
      longest = std::max(longest, slots.at[i].count);
    }
    const auto blocks = static_cast<unsigned>(std::min<int64_t>((longest + kThreads - 1) / kThreads, kMostBlocks));
    update<<<dim3(blocks, static_cast<unsigned>(count)), kThreads, 0, stream>>>(slots, body);
  }
}

struct AdamWBody {
  AdamW s;

  __device__ void operator()(const Slot& slot, int64_t i) const {
    const float slope = slot.other[i] * s.scale;
    const float m = slot.mean[i] * s.beta1 + slope * s.rest1;
    const float v = slot.square[i] * s.beta2 + slope * slope * s.rest2;
    slot.mean[i] = m;
    slot.square[i] = v;
    slot.value[i] = slot.value[i] * s.decay - m * s.step / (sqrtf(v) * s.root_scale + s.eps);
  }
};

struct LionBody {
  Lion s;

  __device__ void operator()(const Slot& slot, int64_t i) const {
    const float slope = slot.other[i] * s.scale;
    const float direction = slot.mean[i] * s.beta1 + slope * s.rest1;
    slot.value[i] = slot.value[i] * s.decay - (direction > 0 ? s.step : 0.0f) + (direction < 0 ? s.step : 0.0f);
    slot.mean[i] = slot.mean[i] * s.beta2 + slope * s.rest2;
  }
};

struct LerpBody {
  float weight;

  __device__ void operator()(const Slot& slot, int64_t i) const { slot.value[i] += weight * (slot.other[i] - slot.value[i]); }
};

}  // namespace

void adamw(const std::vector<Slot>& slots, const AdamW& settings, cudaStream_t stream) { launch(slots, AdamWBody{settings}, stream); }

void lion(const std::vector<Slot>& slots, const Lion& settings, cudaStream_t stream) { launch(slots, LionBody{settings}, stream); }

void lerp(const std::vector<Slot>& slots, float weight, cudaStream_t stream) { launch(slots, LerpBody{weight}, stream); }

}  // namespace flexg::cuda
