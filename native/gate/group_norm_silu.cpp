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
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "dropout.h"
#include "group_norm_silu_cuda.h"

namespace {

using at::Tensor;
using OptionalTensor = decltype(std::declval<c10::IValue>().toOptional<Tensor>());  // c10:: or std::, by version

// e^x to 2 ulp for the range that a sigmoid needs; a polynomial, so that the compiler vectorises the loops below.
inline float exponential(float x) {
  x = x < -87.0f ? -87.0f : x;  // comparisons, not fmin: they vectorise, and NaN passes through
  x = x > 88.0f ? 88.0f : x;
  const float n = std::nearbyint(x * 1.44269504f);
  const float f = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  const float p =
      1.0f + f * (1.0f + f * (0.5f + f * (0.16666666f + f * (0.041666567f + f * (0.0083334519f + f * 0.0013928848f)))));
  const int32_t bits = (static_cast<int32_t>(n) + 127) << 23;
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return p * power;
}

inline double exponential(double x) { return std::exp(x); }

template <typename T>
inline T sigmoid(T u) {
  return T(1) / (T(1) + exponential(-u));
}

struct Shape {
  int64_t batch, channels, pixels, groups;

  int64_t group_size() const { return channels / groups; }
  int64_t pieces() const { return std::clamp<int64_t>(pixels / 256, 1, 8); }
  int64_t begin(int64_t piece) const { return pixels * piece / pieces(); }
};

Shape shape_of(const Tensor& x, int64_t groups) { return {x.size(0), x.size(1), x.size(2) * x.size(3), groups}; }

// One piece of one sample.
struct Piece {
  int64_t sample, begin, end;
};

template <typename F>
void for_each_piece(const Shape& s, F body) {
  at::parallel_for(0, s.batch * s.pieces(), 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      body(i, Piece{i / s.pieces(), s.begin(i % s.pieces()), s.begin(i % s.pieces() + 1)});
    }
  });
}

// m = 1: a type of its own, so that inference pays nothing for it.
struct NoDropout {
  template <typename T>
  inline T factor(uint32_t) const {
    return T(1);
  }
};

// Adds over a run of pixels two numbers for every channel; float sums stay short, double ones go on.
template <typename T, typename F>
void add_up(const Shape& s, const Piece& piece, double* first, double* second, F terms) {
  constexpr int64_t kRun = 64;
  std::vector<T> part1(s.channels), part2(s.channels);
  std::fill_n(first, s.channels, 0.0);
  std::fill_n(second, s.channels, 0.0);
  for (int64_t begin = piece.begin; begin < piece.end; begin += kRun) {
    std::fill(part1.begin(), part1.end(), T(0));
    std::fill(part2.begin(), part2.end(), T(0));
    for (int64_t i = begin; i < std::min(begin + kRun, piece.end); ++i) {
      terms(i, part1.data(), part2.data());
    }
    for (int64_t c = 0; c < s.channels; ++c) {
      first[c] += part1[c];
      second[c] += part2[c];
    }
  }
}

// The sums of a sample's pieces, (pieces, 2, C) to (2, C) in place of the first.
void join_pieces(const Shape& s, double* sums) {
  for (int64_t piece = 1; piece < s.pieces(); ++piece) {
    for (int64_t c = 0; c < 2 * s.channels; ++c) {
      sums[c] += sums[piece * 2 * s.channels + c];
    }
  }
}

template <typename T>
void sum_inputs(const T* __restrict x, const Shape& s, const Piece& piece, double* sums) {
  add_up<T>(s, piece, sums, sums + s.channels, [&](int64_t i, T* __restrict sum, T* __restrict squares) {
    const T* __restrict row = x + i * s.channels;
    for (int64_t c = 0; c < s.channels; ++c) {
      sum[c] += row[c];
      squares[c] += row[c] * row[c];
    }
  });
}

// μ and r of every group, spread over its channels.
template <typename T>
void statistics(const double* sums, const Shape& s, double eps, T* mean, T* rstd) {
  const int64_t size = s.group_size();
  const double n = static_cast<double>(size * s.pixels);
  for (int64_t g = 0; g < s.channels; g += size) {
    double total = 0, squares = 0;
    for (int64_t c = g; c < g + size; ++c) {
      total += sums[c];
      squares += sums[s.channels + c];
    }
    const double mu = total / n;
    std::fill_n(mean + g, size, static_cast<T>(mu));
    std::fill_n(rstd + g, size, static_cast<T>(1 / std::sqrt(std::max(squares / n - mu * mu, 0.0) + eps)));
  }
}

// u = a·x + d of one sample.
template <typename T>
struct Line {
  std::vector<T> a, d;

  Line(const T* mean, const T* rstd, const T* w, const T* b, const T* scale, const T* shift, int64_t channels) : a(channels), d(channels) {
    for (int64_t c = 0; c < channels; ++c) {
      const T gain = T(1) + (scale ? scale[c] : T(0));
      a[c] = rstd[c] * w[c] * gain;
      d[c] = (b[c] - mean[c] * rstd[c] * w[c]) * gain + (shift ? shift[c] : T(0));
    }
  }
};

// x may be y itself: every element is read before its own place is written.
template <typename T, typename D>
void forward_piece(const T* x, const Line<T>& line, const D& dropout, uint32_t place, const Shape& s, const Piece& piece, T* y) {
  const T *__restrict a = line.a.data(), *__restrict d = line.d.data();
  for (int64_t i = piece.begin; i < piece.end; ++i) {
    const T* row = x + i * s.channels;
    T* out = y + i * s.channels;
    const uint32_t first = place + static_cast<uint32_t>(i * s.channels);
#pragma GCC ivdep
    for (int64_t c = 0; c < s.channels; ++c) {
      const T u = a[c] * row[c] + d[c];
      out[c] = u * sigmoid(u) * dropout.template factor<T>(first + static_cast<uint32_t>(c));
    }
  }
}

template <typename T>
inline T silu_gradient(T u, T gy) {
  const T s = sigmoid(u);
  return gy * s * (T(1) + u * (T(1) - s));
}

// S1 and S2; gu itself goes to the place of dx.
template <typename T, typename D>
void sum_gradients(const T* __restrict x, const T* __restrict gy, const Line<T>& line, const T* __restrict mean, const T* __restrict rstd,
                   const D& dropout, uint32_t place, const Shape& s, const Piece& piece, double* sums, T* __restrict gu) {
  const T *__restrict a = line.a.data(), *__restrict d = line.d.data();
  add_up<T>(s, piece, sums, sums + s.channels, [&](int64_t i, T* __restrict s1, T* __restrict s2) {
    const T *__restrict row = x + i * s.channels, *__restrict g = gy + i * s.channels;
    T* __restrict out = gu + i * s.channels;
    const uint32_t first = place + static_cast<uint32_t>(i * s.channels);
    for (int64_t c = 0; c < s.channels; ++c) {
      const T slope = silu_gradient(a[c] * row[c] + d[c], g[c] * dropout.template factor<T>(first + static_cast<uint32_t>(c)));
      out[c] = slope;
      s1[c] += slope;
      s2[c] += slope * (row[c] - mean[c]) * rstd[c];
    }
  });
}

// dx = of_gu·gu + of_x·x + constant, where of_gu is the line's slope.
template <typename T>
struct InputGradient {
  std::vector<T> of_x, constant;

  InputGradient(const double* sums, const T* mean, const T* rstd, const T* w, const T* scale, const Shape& s) : of_x(s.channels), constant(s.channels) {
    const int64_t size = s.group_size();
    const double n = static_cast<double>(size * s.pixels);
    for (int64_t g = 0; g < s.channels; g += size) {
      double m1 = 0, m2 = 0;
      for (int64_t c = g; c < g + size; ++c) {
        const double k = (1 + (scale ? scale[c] : T(0))) * w[c];
        m1 += k * sums[c] / n;
        m2 += k * sums[s.channels + c] / n;
      }
      for (int64_t c = g; c < g + size; ++c) {
        of_x[c] = static_cast<T>(-m2 * rstd[c] * rstd[c]);
        constant[c] = static_cast<T>(rstd[c] * (m2 * rstd[c] * mean[c] - m1));
      }
    }
  }
};

// From gu, in place.
template <typename T>
void backward_piece(const T* __restrict x, const Line<T>& line, const InputGradient<T>& gradient, const Shape& s, const Piece& piece, T* __restrict gx) {
  const T *__restrict a = line.a.data(), *__restrict of_x = gradient.of_x.data(), *__restrict constant = gradient.constant.data();
  for (int64_t i = piece.begin; i < piece.end; ++i) {
    const T* __restrict row = x + i * s.channels;
    T* __restrict out = gx + i * s.channels;
    for (int64_t c = 0; c < s.channels; ++c) {
      out[c] = a[c] * out[c] + of_x[c] * row[c] + constant[c];
    }
  }
}

// d w, d b, and where there are a scale and a shift d scale and d shift (B, C).
template <typename T>
void parameter_gradients(const double* sums, const Shape& s, const T* w, const T* b, const T* scale, T* gw, T* gb, T* of_scale, T* of_shift) {
  for (int64_t c = 0; c < s.channels; ++c) {
    double of_w = 0, of_b = 0;
    for (int64_t i = 0; i < s.batch; ++i) {
      const double *s1 = sums + i * s.pieces() * 2 * s.channels, *s2 = s1 + s.channels;
      const int64_t place = i * s.channels + c;
      const double gain = 1 + (scale ? scale[place] : T(0));
      of_w += gain * s2[c];
      of_b += gain * s1[c];
      if (of_scale) {
        of_scale[place] = static_cast<T>(s2[c] * w[c] + s1[c] * b[c]);
      }
      if (of_shift) {
        of_shift[place] = static_cast<T>(s1[c]);
      }
    }
    gw[c] = static_cast<T>(of_w);
    gb[c] = static_cast<T>(of_b);
  }
}

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
