// The fused operators' kernels for CUDA, behind plain pointers: the files that hold them know nothing of libtorch.

#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <vector>

namespace flexg::cuda {

enum class Type { kFloat, kBFloat16 };

// (B, C, H, W) in channels-last memory, whose C is a multiple of the groups and of 8.
struct NormShape {
  int64_t batch, channels, pixels, groups;

  // The pixels of a sample are summed in pieces; where they are cut does not depend on the batch.
  int64_t pieces() const { return pixels < 1024 ? 1 : pixels / 512 < 256 ? pixels / 512 : 256; }
};

struct NormDropout {
  double p;
  uint64_t seed;
  int64_t first;  // the number of the first sample in the whole batch
};

// What belongs to a sample's channel, (B, C) floats each: group_norm_silu.cpp has the formulas.
struct NormLine {
  float *mean, *rstd, *a, *d;
};

struct NormSums {
  float *s1, *s2, *of_x, *constant;
};

// `scratch` has (B, pieces, 2, C) floats. `scale` and `shift` are (B, C) or null.
void group_norm_silu(Type type, const NormShape& shape, const void* x, const float* w, const float* b, const float* scale, const float* shift,
                     double eps, const NormDropout& dropout, float* scratch, const NormLine& line, void* y, cudaStream_t stream);

// Also dw, db (C) and, where they are not null, dscale, dshift (B, C).
void group_norm_silu_backward(Type type, const NormShape& shape, const void* x, const void* gy, const float* w, const float* b, const float* scale,
                              const NormDropout& dropout, float* scratch, const NormLine& line, const NormSums& sums, void* gx, float* dw, float* db,
                              float* dscale, float* dshift, cudaStream_t stream);

// One tensor of an optimiser's list; what an update does not use is null.
struct Slot {
  float* value;
  const float* other;  // the gradient, or what an average takes in
  float *mean, *square;
  int64_t count;
};

// rest1 = 1 − beta1 and rest2 = 1 − beta2, rounded after the subtraction.
struct AdamW {
  float scale, beta1, rest1, beta2, rest2, decay, step, root_scale, eps;
};

struct Lion {
  float scale, beta1, rest1, beta2, rest2, decay, step;
};

void adamw(const std::vector<Slot>& slots, const AdamW& settings, cudaStream_t stream);
void lion(const std::vector<Slot>& slots, const Lion& settings, cudaStream_t stream);
void lerp(const std::vector<Slot>& slots, float weight, cudaStream_t stream);

}  // namespace flexg::cuda
