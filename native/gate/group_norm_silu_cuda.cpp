// The node of the graph around the kernels of group_norm_silu.cu.

#include "group_norm_silu_cuda.h"

#include <ATen/ATen.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <torch/csrc/autograd/custom_function.h>

#include "cuda_kernels.h"
#include "dropout.h"

namespace flexg {
namespace {

using at::Tensor;
using OptionalTensor = decltype(std::declval<c10::IValue>().toOptional<Tensor>());  // c10:: or std::, by version

cuda::NormShape shape_of(const Tensor& x, int64_t groups) { return {x.size(0), x.size(1), x.size(2) * x.size(3), groups}; }

cuda::Type type_of(const Tensor& x) { return x.scalar_type() == at::kFloat ? cuda::Type::kFloat : cuda::Type::kBFloat16; }

Tensor channels_last(const Tensor& x) { return x.contiguous(at::MemoryFormat::ChannelsLast); }

Tensor row(const Tensor& values) { return values.defined() ? values.to(at::kFloat).contiguous() : Tensor(); }

float* data(const Tensor& values) { return values.defined() ? values.data_ptr<float>() : nullptr; }

cuda::NormLine line_of(const Tensor& rows) {
  return {data(rows.select(0, 0)), data(rows.select(0, 1)), data(rows.select(0, 2)), data(rows.select(0, 3))};
}

class GroupNormSilu : public torch::autograd::Function<GroupNormSilu> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& input, int64_t groups, const Tensor& weight, const Tensor& bias,
                        const OptionalTensor& scale, const OptionalTensor& shift, double eps, double p) {
    const c10::cuda::CUDAGuard guard(input.device());
    const auto x = channels_last(input);
    const auto w = row(weight), b = row(bias), gain = row(scale ? *scale : Tensor()), offset = row(shift ? *shift : Tensor());
    const auto s = shape_of(x, groups);
    const auto floats = w.options();
    const cuda::NormDropout dropout{p, p > 0 ? draw() : 0, first_sample()};
    const auto scratch = at::empty({s.batch, s.pieces(), 2, s.channels}, floats), rows = at::empty({4, s.batch, s.channels}, floats);
    auto y = at::empty_like(x);
    cuda::group_norm_silu(type_of(x), s, x.data_ptr(), data(w), data(b), data(gain), data(offset), eps, dropout, data(scratch), line_of(rows), y.data_ptr(),
                          c10::cuda::getCurrentCUDAStream());
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    context->save_for_backward({x, w, b, gain, rows});
    context->saved_data["groups"] = groups;
    context->saved_data["p"] = p;
    context->saved_data["seed"] = static_cast<int64_t>(dropout.seed);
    context->saved_data["first"] = dropout.first;
    context->saved_data["shifted"] = offset.defined();
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w = saved[1], &b = saved[2], &gain = saved[3], &rows = saved[4];
    const c10::cuda::CUDAGuard guard(x.device());
    const auto gy = channels_last(gradients[0].to(x.scalar_type()));
    const auto s = shape_of(x, context->saved_data["groups"].toInt());
    const cuda::NormDropout dropout{context->saved_data["p"].toDouble(), static_cast<uint64_t>(context->saved_data["seed"].toInt()),
                                    context->saved_data["first"].toInt()};
    const auto floats = w.options();
    const auto scratch = at::empty({s.batch, s.pieces(), 2, s.channels}, floats), parts = at::empty({4, s.batch, s.channels}, floats);
    const auto gx = at::empty_like(x), gw = at::empty_like(w), gb = at::empty_like(b);
    const auto gscale = gain.defined() ? at::empty_like(gain) : Tensor();
    const auto gshift = context->saved_data["shifted"].toBool() ? at::empty({s.batch, s.channels}, floats) : Tensor();
    const auto sums = line_of(parts);
    cuda::group_norm_silu_backward(type_of(x), s, x.data_ptr(), gy.data_ptr(), data(w), data(b), data(gain), dropout, data(scratch), line_of(rows),
                                   {sums.mean, sums.rstd, sums.a, sums.d}, gx.data_ptr(), data(gw), data(gb), data(gscale), data(gshift),
                                   c10::cuda::getCurrentCUDAStream());
    C10_CUDA_KERNEL_LAUNCH_CHECK();
    return {gx, Tensor(), gw, gb, gscale, gshift, Tensor(), Tensor()};
  }
};

}  // namespace

Tensor group_norm_silu_cuda(const Tensor& x, int64_t groups, const Tensor& weight, const Tensor& bias, const Tensor& scale, const Tensor& shift, double eps,
                            double dropout) {
  TORCH_CHECK(x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16, "group_norm_silu takes float32 or bfloat16 on a GPU, not ", x.scalar_type());
  TORCH_CHECK(x.size(1) % 8 == 0, "group_norm_silu takes a multiple of 8 channels on a GPU, not ", x.size(1));
  const auto optional = [](const Tensor& values) { return values.defined() ? OptionalTensor(values) : OptionalTensor(); };
  return GroupNormSilu::apply(x, groups, weight, bias, optional(scale), optional(shift), eps, dropout);
}

}  // namespace flexg
