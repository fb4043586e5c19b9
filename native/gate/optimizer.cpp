// The loops of the optimisers over lists of float32 tensors: every number is read and written once; on the CPU the threads share each
// tensor. src/Flex.Torch/Optim has the formulas.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#ifdef FLEXG_CUDA
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "cuda_kernels.h"
#endif

namespace {

using at::Tensor;

constexpr int64_t kGrain = 1 << 15;  // elements that are worth a thread

// Whether a tensor is one run of float32 numbers.
void require_dense(const Tensor& tensor, const Tensor& like) {
  TORCH_CHECK(tensor.scalar_type() == at::kFloat && tensor.is_non_overlapping_and_dense() && tensor.numel() == like.numel() && tensor.device() == like.device(),
              "a fused update takes dense float32 tensors that are alike");
}

void require_lists(at::TensorList parameters, std::initializer_list<at::TensorList> others) {
  for (const auto& list : others) {
    TORCH_CHECK(list.size() == parameters.size(), "a fused update takes lists of one length");
    for (size_t i = 0; i < parameters.size(); ++i) {
      require_dense(parameters[i], parameters[i]);
      require_dense(list[i], parameters[i]);
    }
  }
}

bool on_gpu(at::TensorList tensors) { return !tensors.empty() && tensors[0].is_cuda(); }

// Calls body(i, begin, end) for pieces of the i-th tensor.
template <typename F>
void for_each_piece(at::TensorList tensors, F body) {
  for (size_t i = 0; i < tensors.size(); ++i) {
    at::parallel_for(0, tensors[i].numel(), kGrain, [&](int64_t begin, int64_t end) { body(i, begin, end); });
  }
}

#ifdef FLEXG_CUDA
template <typename F>
void with_slots(at::TensorList parameters, at::TensorList others, at::TensorList means, at::TensorList squares, F run) {
  const c10::cuda::CUDAGuard guard(parameters[0].device());
  std::vector<flexg::cuda::Slot> slots;
  for (size_t i = 0; i < parameters.size(); ++i) {
    slots.push_back({parameters[i].data_ptr<float>(), others[i].data_ptr<float>(), means.empty() ? nullptr : means[i].data_ptr<float>(),
                     squares.empty() ? nullptr : squares[i].data_ptr<float>(), parameters[i].numel()});
  }
  run(slots, c10::cuda::getCurrentCUDAStream());
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}
#endif

void adamw(at::TensorList parameters, at::TensorList gradients, at::TensorList means, at::TensorList squares, double scale, double beta1, double beta2,
           double decay, double step, double root_scale, double eps) {
  require_lists(parameters, {gradients, means, squares});
  const auto s = static_cast<float>(scale), b1 = static_cast<float>(beta1), c1 = static_cast<float>(1 - beta1), b2 = static_cast<float>(beta2),
             c2 = static_cast<float>(1 - beta2), d = static_cast<float>(decay), a = static_cast<float>(step), r = static_cast<float>(root_scale),
             e = static_cast<float>(eps);
#ifdef FLEXG_CUDA
  if (on_gpu(parameters)) {
    with_slots(parameters, gradients, means, squares,
               [&](const auto& slots, auto stream) { flexg::cuda::adamw(slots, {s, b1, c1, b2, c2, d, a, r, e}, stream); });
    return;
  }
#endif
  for_each_piece(parameters, [&](size_t index, int64_t begin, int64_t end) {
    float *__restrict p = parameters[index].data_ptr<float>(), *__restrict m = means[index].data_ptr<float>(),
                      *__restrict v = squares[index].data_ptr<float>();
    const float* __restrict g = gradients[index].data_ptr<float>();
    for (int64_t i = begin; i < end; ++i) {
      const float slope = g[i] * s;
      m[i] = m[i] * b1 + slope * c1;
      v[i] = v[i] * b2 + slope * slope * c2;
      p[i] = p[i] * d - m[i] * a / (std::sqrt(v[i]) * r + e);
    }
  });
}

void lion(at::TensorList parameters, at::TensorList gradients, at::TensorList means, double scale, double beta1, double beta2, double decay, double step) {
  require_lists(parameters, {gradients, means});
  const auto s = static_cast<float>(scale), b1 = static_cast<float>(beta1), c1 = static_cast<float>(1 - beta1), b2 = static_cast<float>(beta2),
             c2 = static_cast<float>(1 - beta2), d = static_cast<float>(decay), a = static_cast<float>(step);
#ifdef FLEXG_CUDA
  if (on_gpu(parameters)) {
    with_slots(parameters, gradients, means, {}, [&](const auto& slots, auto stream) { flexg::cuda::lion(slots, {s, b1, c1, b2, c2, d, a}, stream); });
    return;
  }
#endif
  for_each_piece(parameters, [&](size_t index, int64_t begin, int64_t end) {
    float *__restrict p = parameters[index].data_ptr<float>(), *__restrict m = means[index].data_ptr<float>();
    const float* __restrict g = gradients[index].data_ptr<float>();
    for (int64_t i = begin; i < end; ++i) {
      const float slope = g[i] * s, direction = m[i] * b1 + slope * c1;
      p[i] = p[i] * d - (direction > 0 ? a : 0.0f) + (direction < 0 ? a : 0.0f);
      m[i] = m[i] * b2 + slope * c2;
    }
  });
}

// averages += weight·(values − averages), as libtorch's lerp has it for weights below a half.
void lerp(at::TensorList averages, at::TensorList values, double weight) {
  require_lists(averages, {values});
#ifdef FLEXG_CUDA
  if (on_gpu(averages)) {
    with_slots(averages, values, {}, {}, [&](const auto& slots, auto stream) { flexg::cuda::lerp(slots, static_cast<float>(weight), stream); });
    return;
  }
#endif
  const auto w = static_cast<float>(weight);
  for_each_piece(averages, [&](size_t index, int64_t begin, int64_t end) {
    float* __restrict average = averages[index].data_ptr<float>();
    const float* __restrict value = values[index].data_ptr<float>();
    for (int64_t i = begin; i < end; ++i) {
      average[i] += w * (value[i] - average[i]);
    }
  });
}

// In double precision, in an order that does not depend on the threads.
double sum_of_squares(const Tensor& values) {
  require_dense(values, values);
  constexpr int64_t kChunk = 4096, kLanes = 32;
  const int64_t count = values.numel();
  const float* all = values.data_ptr<float>();
  std::vector<double> sums((count + kChunk - 1) / kChunk);
  at::parallel_for(0, static_cast<int64_t>(sums.size()), kGrain / kChunk, [&](int64_t begin, int64_t end) {
    for (int64_t chunk = begin; chunk < end; ++chunk) {
      const int64_t first = chunk * kChunk, last = std::min(first + kChunk, count);
      double lanes[kLanes] = {};  // side by side: one sum alone would wait for each addition
      int64_t i = first;
      for (; i + kLanes <= last; i += kLanes) {
        for (int64_t lane = 0; lane < kLanes; ++lane) {
          lanes[lane] += static_cast<double>(all[i + lane]) * all[i + lane];
        }
      }
      for (; i < last; ++i) {
        lanes[i % kLanes] += static_cast<double>(all[i]) * all[i];
      }
      sums[chunk] = std::accumulate(lanes, lanes + kLanes, 0.0);
    }
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

// The Euclidean norm of all numbers together; on a GPU it stays there, so that the caller waits once.
Tensor norm(at::TensorList values) {
  if (on_gpu(values)) {
    return at::stack(at::_foreach_norm(values)).to(at::kDouble).norm();
  }
  double total = 0;
  for (const auto& each : values) {
    total += sum_of_squares(each);
  }
  return at::scalar_tensor(std::sqrt(total), at::kDouble);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(flexg, library) {
  const auto composite = [](auto function) { return torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, function); };
  library.def(
      "adamw_(Tensor(a!)[] parameters, Tensor[] gradients, Tensor(b!)[] means, Tensor(c!)[] squares, float scale, float beta1, float beta2, float decay, "
      "float step, float root_scale, float eps) -> ()",
      composite(TORCH_FN(adamw)));
  library.def(
      "lion_(Tensor(a!)[] parameters, Tensor[] gradients, Tensor(b!)[] means, float scale, float beta1, float beta2, float decay, float step) -> ()",
      composite(TORCH_FN(lion)));
  library.def("lerp_(Tensor(a!)[] averages, Tensor[] values, float weight) -> ()", composite(TORCH_FN(lerp)));
  library.def("norm(Tensor[] values) -> Tensor", composite(TORCH_FN(norm)));
}
