// dropout(silu(GroupNorm(x)·(1 + scale) + shift)) in one pass over channels-last memory, with its own backward.
//
// The composed operators read and write the activations ten times forward and more often backward, libtorch 1.13's
// channels-last GroupNorm backward is ten times slower than its row-major one, and its dropout draws numbers one by one.
//
// With n elements in a group, x̂ = (x − μ)·r, k = (1 + scale)·w and u = x̂·k + b·(1 + scale) + shift, y = m·silu(u), where
// m is 1/(1 − p) where an element is kept and 0 where it is dropped:
//   gu = m·gy·silu'(u),  S1 = Σ gu,  S2 = Σ gu·x̂   (sums over the pixels of a sample's channel)
//   d shift = S1,  d scale = w·S2 + b·S1,  d w = Σ_B (1 + scale)·S2,  d b = Σ_B (1 + scale)·S1
//   dx = r·(k·gu − Σ_group k·S1/n − x̂·Σ_group k·S2/n)
//
// The pixels of a sample are cut into pieces for the threads. Where the cuts are does not depend on the number of threads, and
// dropout.h says which elements are dropped.

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "dropout.h"
#include "group_norm_silu_cuda.h"
#include "group_norm_silu_loops.h"

namespace {

using namespace group_norm;
using at::Tensor;
using OptionalTensor = decltype(std::declval<c10::IValue>().toOptional<Tensor>());  // c10:: or std::, by version

Shape shape_of(const Tensor& x, int64_t groups) { return {x.size(0), x.size(1), x.size(2) * x.size(3), groups}; }

template <typename T>
const T* row_or_null(const Tensor& t, int64_t b, int64_t channels) {
  return t.defined() ? t.data_ptr<T>() + b * channels : nullptr;
}

Tensor channels_last(const Tensor& t) { return t.contiguous(at::MemoryFormat::ChannelsLast); }

template <typename F>
void with_dropout(double p, uint64_t seed, F body) {
  if (p > 0) {
    body(flexg::Dropout(p, seed));
  } else {
    body(NoDropout());
  }
}

// What the backward pass needs beside x: contiguous parameters, and μ and r of every channel.
struct Normalisation {
  Tensor w, b, gain, offset, mean, rstd;
  int64_t groups, first;
  double p;
  uint64_t seed;

  Normalisation(const Tensor& x, int64_t groups, const Tensor& weight, const Tensor& bias, const OptionalTensor& scale, const OptionalTensor& shift, double p)
      : w(weight.contiguous()),
        b(bias.contiguous()),
        gain(scale ? scale->contiguous() : Tensor()),
        offset(shift ? shift->contiguous() : Tensor()),
        groups(groups),
        first(flexg::first_sample()),
        p(p),
        seed(p > 0 ? flexg::draw() : 0) {
    const auto flat = x.options().memory_format(at::MemoryFormat::Contiguous);
    mean = at::empty({x.size(0), x.size(1)}, flat);
    rstd = at::empty({x.size(0), x.size(1)}, flat);
  }

  // From x to y, both channels-last; they may be the same.
  void apply(const Tensor& x, double eps, const Tensor& y) {
    const auto s = shape_of(x, groups);
    const int64_t volume = s.pixels * s.channels;
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "group_norm_silu", [&] {
      using T = scalar_t;
      std::vector<double> sums(s.batch * s.pieces() * 2 * s.channels);
      for_each_piece(s, [&](int64_t i, const Piece& piece) {
        sum_inputs(x.data_ptr<T>() + piece.sample * volume, s, piece, sums.data() + i * 2 * s.channels);
      });
      std::vector<Line<T>> lines;
      for (int64_t i = 0; i < s.batch; ++i) {
        double* of_sample = sums.data() + i * s.pieces() * 2 * s.channels;
        T *m = mean.data_ptr<T>() + i * s.channels, *r = rstd.data_ptr<T>() + i * s.channels;
        join_pieces(s, of_sample);
        statistics(of_sample, s, eps, m, r);
        lines.emplace_back(m, r, w.data_ptr<T>(), b.data_ptr<T>(), row_or_null<T>(gain, i, s.channels), row_or_null<T>(offset, i, s.channels), s.channels);
      }
      with_dropout(p, seed, [&](const auto& dropout) {
        for_each_piece(s, [&](int64_t, const Piece& piece) {
          const int64_t start = piece.sample * volume;
          forward_piece(x.data_ptr<T>() + start, lines[piece.sample], dropout, static_cast<uint32_t>(start + first * volume), s, piece, y.data_ptr<T>() + start);
        });
      });
    });
  }
};

class GroupNormSilu : public torch::autograd::Function<GroupNormSilu> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& input, int64_t groups, const Tensor& weight, const Tensor& bias,
                        const OptionalTensor& scale, const OptionalTensor& shift, double eps, double p) {
    const auto x = channels_last(input);
    auto y = at::empty_like(x);
    Normalisation n(x, groups, weight, bias, scale, shift, p);
    n.apply(x, eps, y);
    context->save_for_backward({x, n.w, n.b, n.gain, n.offset, n.mean, n.rstd});
    context->saved_data["groups"] = groups;
    context->saved_data["p"] = p;
    context->saved_data["seed"] = static_cast<int64_t>(n.seed);
    context->saved_data["first"] = n.first;
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w = saved[1], &b = saved[2], &gain = saved[3], &offset = saved[4], &mean = saved[5], &rstd = saved[6];
    const auto gy = channels_last(gradients[0]);
    const auto s = shape_of(x, context->saved_data["groups"].toInt());
    const int64_t volume = s.pixels * s.channels;
    const int64_t first = context->saved_data["first"].toInt();
    const auto flat = x.options().memory_format(at::MemoryFormat::Contiguous);
    const auto like = [&](const Tensor& t) { return t.defined() ? at::empty({s.batch, s.channels}, flat) : Tensor(); };
    const auto gx = at::empty_like(x), gw = at::empty({s.channels}, flat), gb = at::empty({s.channels}, flat), of_gain = like(gain), of_offset = like(offset);
    // (B, pieces, 2, C); the first piece becomes the sum of all.
    std::vector<double> sums(s.batch * s.pieces() * 2 * s.channels);
    with_dropout(context->saved_data["p"].toDouble(), static_cast<uint64_t>(context->saved_data["seed"].toInt()), [&](const auto& dropout) {
      AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "group_norm_silu_backward", [&] {
        using T = scalar_t;
        double* total = sums.data();
        std::vector<Line<T>> lines;
        for (int64_t i = 0; i < s.batch; ++i) {
          lines.emplace_back(mean.data_ptr<T>() + i * s.channels, rstd.data_ptr<T>() + i * s.channels, w.data_ptr<T>(), b.data_ptr<T>(),
                             row_or_null<T>(gain, i, s.channels), row_or_null<T>(offset, i, s.channels), s.channels);
        }
        for_each_piece(s, [&](int64_t i, const Piece& piece) {
          const int64_t start = piece.sample * volume, row = piece.sample * s.channels;
          sum_gradients(x.data_ptr<T>() + start, gy.data_ptr<T>() + start, lines[piece.sample], mean.data_ptr<T>() + row, rstd.data_ptr<T>() + row,
                        dropout, static_cast<uint32_t>(start + first * volume), s, piece, total + i * 2 * s.channels, gx.data_ptr<T>() + start);
        });
        std::vector<InputGradient<T>> inputs;
        for (int64_t i = 0; i < s.batch; ++i) {
          double* of_sample = total + i * s.pieces() * 2 * s.channels;
          join_pieces(s, of_sample);
          inputs.emplace_back(of_sample, mean.data_ptr<T>() + i * s.channels, rstd.data_ptr<T>() + i * s.channels, w.data_ptr<T>(),
                              row_or_null<T>(gain, i, s.channels), s);
        }
        for_each_piece(s, [&](int64_t, const Piece& piece) {
          const int64_t start = piece.sample * volume;
          backward_piece(x.data_ptr<T>() + start, lines[piece.sample], inputs[piece.sample], s, piece, gx.data_ptr<T>() + start);
        });
        const auto place = [](const Tensor& t) { return t.defined() ? t.data_ptr<T>() : nullptr; };
        parameter_gradients(total, s, place(w), place(b), place(gain), place(gw), place(gb), place(of_gain), place(of_offset));
      });
    });
    return {gx, Tensor(), gw, gb, of_gain, of_offset, Tensor(), Tensor()};
  }
};

void check(const Tensor& x, int64_t groups, double dropout) {
  TORCH_CHECK(x.dim() == 4 && x.size(1) % groups == 0, "group_norm_silu takes (B, C, H, W), C a multiple of the groups");
  TORCH_CHECK(dropout >= 0 && dropout < 1, "group_norm_silu drops with a probability in [0, 1), not ", dropout);
}

Tensor group_norm_silu(const Tensor& x, int64_t groups, const Tensor& weight, const Tensor& bias, const OptionalTensor& scale,
                       const OptionalTensor& shift, double eps, double dropout) {
  check(x, groups, dropout);
#ifdef FLEXG_CUDA
  if (x.is_cuda()) {
    return flexg::group_norm_silu_cuda(x, groups, weight, bias, scale ? *scale : Tensor(), shift ? *shift : Tensor(), eps, dropout);
  }
#endif
  TORCH_CHECK(x.device().is_cpu(), "this gate has no group_norm_silu for ", x.device());
  return GroupNormSilu::apply(x, groups, weight, bias, scale, shift, eps, dropout);
}

// In the place of x, unless that is not channels-last.
Tensor group_norm_silu_(Tensor x, int64_t groups, const Tensor& weight, const Tensor& bias, const OptionalTensor& scale, const OptionalTensor& shift,
                        double eps, double dropout) {
  check(x, groups, dropout);
  TORCH_CHECK(!at::GradMode::is_enabled(), "group_norm_silu_ overwrites what a backward pass would need");
  const auto y = channels_last(x);
  Normalisation(y, groups, weight, bias, scale, shift, dropout).apply(y, eps, y);
  return y;
}

}  // namespace

TORCH_LIBRARY(flexg, library) {
  library.def(
      "group_norm_silu(Tensor x, int groups, Tensor weight, Tensor bias, Tensor? scale, Tensor? shift, float eps, float dropout=0.0) -> Tensor",
      torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(group_norm_silu)));
  library.def(
      "group_norm_silu_(Tensor(a!) x, int groups, Tensor weight, Tensor bias, Tensor? scale, Tensor? shift, float eps, float dropout=0.0) -> Tensor(a!)",
      torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(group_norm_silu_)));
}
