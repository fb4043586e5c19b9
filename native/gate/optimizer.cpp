// The loops of the optimisers over float32 memory on the CPU: every number is read and written once, and the threads
// share each tensor. src/Flex.Torch/Optim has the formulas.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace {

using at::Tensor;

constexpr int64_t kGrain = 1 << 15;  // elements that are worth a thread

void require_alike(const Tensor& parameter, std::initializer_list<Tensor> others) {
  TORCH_CHECK(parameter.device().is_cpu() && parameter.scalar_type() == at::kFloat && parameter.is_non_overlapping_and_dense(),
              "a fused update takes dense float32 tensors on the CPU");
  for (const auto& other : others) {
    TORCH_CHECK(other.scalar_type() == at::kFloat && other.numel() == parameter.numel() && other.is_non_overlapping_and_dense(),
                "a fused update takes gradient and moments like their parameter");
  }
}

void adamw(const Tensor& parameter, const Tensor& gradient, const Tensor& mean, const Tensor& square, double scale, double beta1, double beta2,
           double decay, double step, double root_scale, double eps) {
  require_alike(parameter, {gradient, mean, square});
  const auto s = static_cast<float>(scale), b1 = static_cast<float>(beta1), c1 = static_cast<float>(1 - beta1), b2 = static_cast<float>(beta2),
             c2 = static_cast<float>(1 - beta2), d = static_cast<float>(decay), a = static_cast<float>(step), r = static_cast<float>(root_scale),
             e = static_cast<float>(eps);
  float *all_p = parameter.data_ptr<float>(), *all_m = mean.data_ptr<float>(), *all_v = square.data_ptr<float>();
  const float* all_g = gradient.data_ptr<float>();
  at::parallel_for(0, parameter.numel(), kGrain, [&](int64_t begin, int64_t end) {
    float *__restrict p = all_p, *__restrict m = all_m, *__restrict v = all_v;
    const float* __restrict g = all_g;
    for (int64_t i = begin; i < end; ++i) {
      const float slope = g[i] * s;
      m[i] = m[i] * b1 + slope * c1;
      v[i] = v[i] * b2 + slope * slope * c2;
      p[i] = p[i] * d - m[i] * a / (std::sqrt(v[i]) * r + e);
    }
  });
}

void lion(const Tensor& parameter, const Tensor& gradient, const Tensor& mean, double scale, double beta1, double beta2, double decay, double step) {
  require_alike(parameter, {gradient, mean});
  const auto s = static_cast<float>(scale), b1 = static_cast<float>(beta1), c1 = static_cast<float>(1 - beta1), b2 = static_cast<float>(beta2),
             c2 = static_cast<float>(1 - beta2), d = static_cast<float>(decay), a = static_cast<float>(step);
  float *all_p = parameter.data_ptr<float>(), *all_m = mean.data_ptr<float>();
  const float* all_g = gradient.data_ptr<float>();
  at::parallel_for(0, parameter.numel(), kGrain, [&](int64_t begin, int64_t end) {
    float *__restrict p = all_p, *__restrict m = all_m;
    const float* __restrict g = all_g;
    for (int64_t i = begin; i < end; ++i) {
      const float slope = g[i] * s, direction = m[i] * b1 + slope * c1;
      p[i] = p[i] * d - (direction > 0 ? a : 0.0f) + (direction < 0 ? a : 0.0f);
      m[i] = m[i] * b2 + slope * c2;
    }
  });
}

// In double precision, in an order that does not depend on the threads.
Tensor sum_of_squares(const Tensor& values) {
  require_alike(values, {});
  constexpr int64_t kChunk = 4096;
  const int64_t count = values.numel();
  const float* all = values.data_ptr<float>();
  std::vector<double> sums((count + kChunk - 1) / kChunk);
  at::parallel_for(0, static_cast<int64_t>(sums.size()), kGrain / kChunk, [&](int64_t begin, int64_t end) {
    for (int64_t chunk = begin; chunk < end; ++chunk) {
      double sum = 0;
      for (int64_t i = chunk * kChunk; i < std::min((chunk + 1) * kChunk, count); ++i) {
        sum += static_cast<double>(all[i]) * all[i];
      }
      sums[chunk] = sum;
    }
  });
  double total = 0;
  for (const double sum : sums) {
    total += sum;
  }
  return at::scalar_tensor(total, at::kDouble);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(flexg, library) {
  library.def(
      "adamw_(Tensor(a!) parameter, Tensor gradient, Tensor(b!) mean, Tensor(c!) square, float scale, float beta1, float beta2, float decay, "
      "float step, float root_scale, float eps) -> ()",
      torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(adamw)));
  library.def(
      "lion_(Tensor(a!) parameter, Tensor gradient, Tensor(b!) mean, float scale, float beta1, float beta2, float decay, float step) -> ()",
      torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(lion)));
  library.def("sum_of_squares(Tensor values) -> Tensor", torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(sum_of_squares)));
}
