// Dropout by a function of the element's place, with its own backward: it keeps no mask. libtorch's own draws its numbers one by one, in an
// order that depends on the whole batch.

#include "dropout.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>
#include <mutex>

#include "gate.h"

namespace flexg {

namespace {

thread_local int64_t first = 0;

}  // namespace

int64_t first_sample() { return first; }

void set_first_sample(int64_t number) { first = number; }

uint64_t draw() {
  auto generator = at::detail::getDefaultCPUGenerator();
  const std::lock_guard<std::mutex> lock(generator.mutex());
  return at::check_generator<at::CPUGeneratorImpl>(generator)->random64();
}

}  // namespace flexg

namespace {

using at::Tensor;

constexpr int64_t kGrain = 1 << 15;

Tensor multiply(const Tensor& input, double p, uint64_t seed, int64_t first) {
  const auto x = input.contiguous();
  auto y = at::empty_like(x);
  const auto start = static_cast<uint32_t>(first * (x.numel() / std::max<int64_t>(x.size(0), 1)));
  const flexg::Dropout dropout(p, seed);
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "dropout", [&] {
    const auto* from = x.data_ptr<scalar_t>();
    auto* to = y.data_ptr<scalar_t>();
    at::parallel_for(0, x.numel(), kGrain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        to[i] = from[i] * dropout.factor<scalar_t>(start + static_cast<uint32_t>(i));
      }
    });
  });
  return y;
}

class DropoutFunction : public torch::autograd::Function<DropoutFunction> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x, double p) {
    const uint64_t seed = flexg::draw();
    context->saved_data["p"] = p;
    context->saved_data["seed"] = static_cast<int64_t>(seed);
    context->saved_data["first"] = flexg::first_sample();
    return multiply(x, p, seed, flexg::first_sample());
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    return {multiply(gradients[0], context->saved_data["p"].toDouble(), static_cast<uint64_t>(context->saved_data["seed"].toInt()),
                     context->saved_data["first"].toInt()),
            Tensor()};
  }
};

Tensor dropout(const Tensor& x, double p) {
  TORCH_CHECK(x.device().is_cpu() && x.dim() > 0, "dropout takes (B, …) on the CPU");
  TORCH_CHECK(p >= 0 && p < 1, "dropout drops with a probability in [0, 1), not ", p);
  return DropoutFunction::apply(x, p);
}

}  // namespace

FLEXG_EXPORT void flexg_set_first_sample(int64_t first) { flexg::set_first_sample(first); }

TORCH_LIBRARY_FRAGMENT(flexg, library) {
  library.def("dropout(Tensor x, float p) -> Tensor", torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(dropout)));
}
