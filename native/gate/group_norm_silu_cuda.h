// group_norm_silu for tensors on a GPU.

#pragma once

#include <ATen/core/Tensor.h>

namespace flexg {

// x (B, C, H, W), float32 or bfloat16, C a multiple of 8; the rest is float32. `scale` and `shift` may be undefined.
at::Tensor group_norm_silu_cuda(const at::Tensor& x, int64_t groups, const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& scale,
                                const at::Tensor& shift, double eps, double dropout);

}  // namespace flexg
