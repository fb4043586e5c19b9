// silu(GroupNorm(x)·(1 + scale) + shift) in one pass over channels-last memory, with its own backward.
//
// The composed operators read and write the activations eight times forward and more often backward, and libtorch
// 1.13's channels-last GroupNorm backward is ten times slower than its row-major one.
//
// With n elements in a group, x̂ = (x − μ)·r, k = (1 + scale)·w and u = x̂·k + b·(1 + scale) + shift, y = silu(u):
//   gu = gy·silu'(u),  S1 = Σ gu,  S2 = Σ gu·x̂   (sums over the pixels of a sample's channel)
//   d shift = S1,  d scale = w·S2 + b·S1,  d w = Σ_B (1 + scale)·S2,  d b = Σ_B (1 + scale)·S1
//   dx = r·(k·gu − Σ_group k·S1/n − x̂·Σ_group k·S2/n)

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

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
};

Shape shape_of(const Tensor& x, int64_t groups) { return {x.size(0), x.size(1), x.size(2) * x.size(3), groups}; }

// Per sample: μ and r of every group, spread over its channels.
template <typename T>
void statistics(const T* __restrict x, const Shape& s, double eps, T* __restrict mean, T* __restrict rstd) {
  std::vector<double> sum(s.channels), squares(s.channels);
  std::vector<T> part(s.channels), part2(s.channels);
  constexpr int64_t kRun = 64;  // float sums stay short, double ones go on
  for (int64_t begin = 0; begin < s.pixels; begin += kRun) {
    std::fill(part.begin(), part.end(), T(0));
    std::fill(part2.begin(), part2.end(), T(0));
    T* __restrict p = part.data();
    T* __restrict p2 = part2.data();
    for (int64_t i = begin; i < std::min(begin + kRun, s.pixels); ++i) {
      const T* __restrict row = x + i * s.channels;
      for (int64_t c = 0; c < s.channels; ++c) {
        p[c] += row[c];
        p2[c] += row[c] * row[c];
      }
    }
    for (int64_t c = 0; c < s.channels; ++c) {
      sum[c] += p[c];
      squares[c] += p2[c];
    }
  }
  const int64_t size = s.group_size();
  for (int64_t g = 0; g < s.groups; ++g) {
    double total = 0, total2 = 0;
    for (int64_t c = g * size; c < (g + 1) * size; ++c) {
      total += sum[c];
      total2 += squares[c];
    }
    const double n = static_cast<double>(size * s.pixels);
    const double mu = total / n;
    const double r = 1 / std::sqrt(std::max(total2 / n - mu * mu, 0.0) + eps);
    for (int64_t c = g * size; c < (g + 1) * size; ++c) {
      mean[c] = static_cast<T>(mu);
      rstd[c] = static_cast<T>(r);
    }
  }
}

template <typename T>
void forward_sample(const T* __restrict x, const T* __restrict a, const T* __restrict d, const Shape& s, T* __restrict y) {
  for (int64_t i = 0; i < s.pixels; ++i) {
    const T* __restrict row = x + i * s.channels;
    T* __restrict out = y + i * s.channels;
    for (int64_t c = 0; c < s.channels; ++c) {
      const T u = a[c] * row[c] + d[c];
      out[c] = u * sigmoid(u);
    }
  }
}

template <typename T>
inline T silu_gradient(T u, T gy) {
  const T s = sigmoid(u);
  return gy * s * (T(1) + u * (T(1) - s));
}

template <typename T>
void backward_sums(const T* __restrict x, const T* __restrict gy, const T* __restrict a, const T* __restrict d, const T* __restrict mean, const T* __restrict rstd, const Shape& s, double* s1, double* s2) {
  std::vector<T> part1(s.channels), part2(s.channels);
  constexpr int64_t kRun = 64;
  for (int64_t begin = 0; begin < s.pixels; begin += kRun) {
    std::fill(part1.begin(), part1.end(), T(0));
    std::fill(part2.begin(), part2.end(), T(0));
    T* __restrict p1 = part1.data();
    T* __restrict p2 = part2.data();
    for (int64_t i = begin; i < std::min(begin + kRun, s.pixels); ++i) {
      const T* __restrict row = x + i * s.channels;
      const T* __restrict g = gy + i * s.channels;
      for (int64_t c = 0; c < s.channels; ++c) {
        const T gu = silu_gradient(a[c] * row[c] + d[c], g[c]);
        p1[c] += gu;
        p2[c] += gu * (row[c] - mean[c]) * rstd[c];
      }
    }
    for (int64_t c = 0; c < s.channels; ++c) {
      s1[c] += p1[c];
      s2[c] += p2[c];
    }
  }
}

template <typename T>
void backward_sample(const T* __restrict x, const T* __restrict gy, const T* __restrict a, const T* __restrict d, const T* __restrict of_gu, const T* __restrict of_x, const T* __restrict constant, const Shape& s, T* __restrict gx) {
  for (int64_t i = 0; i < s.pixels; ++i) {
    const T* __restrict row = x + i * s.channels;
    const T* __restrict g = gy + i * s.channels;
    T* __restrict out = gx + i * s.channels;
    for (int64_t c = 0; c < s.channels; ++c) {
      out[c] = of_gu[c] * silu_gradient(a[c] * row[c] + d[c], g[c]) + of_x[c] * row[c] + constant[c];
    }
  }
}

// u = a·x + d for one sample.
template <typename T>
void line(const T* mean, const T* rstd, const T* w, const T* b, const T* scale, const T* shift, int64_t channels, T* a, T* d) {
  for (int64_t c = 0; c < channels; ++c) {
    const T gain = T(1) + (scale ? scale[c] : T(0));
    a[c] = rstd[c] * w[c] * gain;
    d[c] = (b[c] - mean[c] * rstd[c] * w[c]) * gain + (shift ? shift[c] : T(0));
  }
}

template <typename T>
const T* row_or_null(const Tensor& t, int64_t b, int64_t channels) {
  return t.defined() ? t.data_ptr<T>() + b * channels : nullptr;
}

Tensor channels_last(const Tensor& t) { return t.contiguous(at::MemoryFormat::ChannelsLast); }

class GroupNormSilu : public torch::autograd::Function<GroupNormSilu> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& input, int64_t groups, const Tensor& weight,
                        const Tensor& bias, const OptionalTensor& scale, const OptionalTensor& shift, double eps) {
    const auto x = channels_last(input);
    const auto w = weight.contiguous(), b = bias.contiguous();
    const auto gain = scale ? scale->contiguous() : Tensor(), offset = shift ? shift->contiguous() : Tensor();
    const auto s = shape_of(x, groups);
    auto y = at::empty_like(x);
    auto mean = at::empty({s.batch, s.channels}, x.options().memory_format(at::MemoryFormat::Contiguous));
    auto rstd = at::empty_like(mean);
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "group_norm_silu", [&] {
      using T = scalar_t;
      at::parallel_for(0, s.batch, 1, [&](int64_t begin, int64_t end) {
        std::vector<T> a(s.channels), d(s.channels);
        for (int64_t i = begin; i < end; ++i) {
          const T* px = x.data_ptr<T>() + i * s.pixels * s.channels;
          T* m = mean.data_ptr<T>() + i * s.channels;
          T* r = rstd.data_ptr<T>() + i * s.channels;
          statistics(px, s, eps, m, r);
          line(m, r, w.data_ptr<T>(), b.data_ptr<T>(), row_or_null<T>(gain, i, s.channels), row_or_null<T>(offset, i, s.channels), s.channels, a.data(), d.data());
          forward_sample(px, a.data(), d.data(), s, y.data_ptr<T>() + i * s.pixels * s.channels);
        }
      });
    });
    context->save_for_backward({x, w, b, gain, offset, mean, rstd});
    context->saved_data["groups"] = groups;
    return y;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w = saved[1], &b = saved[2], &gain = saved[3], &offset = saved[4], &mean = saved[5], &rstd = saved[6];
    const auto gy = channels_last(gradients[0]);
    const auto s = shape_of(x, context->saved_data["groups"].toInt());
    auto gx = at::empty_like(x);
    const auto sums = x.options().dtype(at::kDouble).memory_format(at::MemoryFormat::Contiguous);
    auto s1 = at::zeros({s.batch, s.channels}, sums), s2 = at::zeros({s.batch, s.channels}, sums);
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "group_norm_silu_backward", [&] {
      using T = scalar_t;
      at::parallel_for(0, s.batch, 1, [&](int64_t begin, int64_t end) {
        std::vector<T> a(s.channels), d(s.channels), of_gu(s.channels), of_x(s.channels), constant(s.channels);
        const int64_t size = s.group_size();
        const double n = static_cast<double>(size * s.pixels);
        for (int64_t i = begin; i < end; ++i) {
          const T* px = x.data_ptr<T>() + i * s.pixels * s.channels;
          const T* pg = gy.data_ptr<T>() + i * s.pixels * s.channels;
          const T* m = mean.data_ptr<T>() + i * s.channels;
          const T* r = rstd.data_ptr<T>() + i * s.channels;
          const T* scale = row_or_null<T>(gain, i, s.channels);
          double* q1 = s1.data_ptr<double>() + i * s.channels;
          double* q2 = s2.data_ptr<double>() + i * s.channels;
          line(m, r, w.data_ptr<T>(), b.data_ptr<T>(), scale, row_or_null<T>(offset, i, s.channels), s.channels, a.data(), d.data());
          backward_sums(px, pg, a.data(), d.data(), m, r, s, q1, q2);
          for (int64_t g = 0; g < s.groups; ++g) {
            double m1 = 0, m2 = 0;
            for (int64_t c = g * size; c < (g + 1) * size; ++c) {
              const double k = (1 + (scale ? scale[c] : T(0))) * w.data_ptr<T>()[c];
              m1 += k * q1[c] / n;
              m2 += k * q2[c] / n;
            }
            for (int64_t c = g * size; c < (g + 1) * size; ++c) {
              of_gu[c] = a[c];
              of_x[c] = static_cast<T>(-m2 * r[c] * r[c]);
              constant[c] = static_cast<T>(r[c] * (m2 * r[c] * m[c] - m1));
            }
          }
          backward_sample(px, pg, a.data(), d.data(), of_gu.data(), of_x.data(), constant.data(), s, gx.data_ptr<T>() + i * s.pixels * s.channels);
        }
      });
    });
    const auto gained1 = gain.defined() ? s1 * (gain + 1) : s1, gained2 = gain.defined() ? s2 * (gain + 1) : s2;
    const auto type = x.scalar_type();
    return {gx, Tensor(), gained2.sum(0).to(type), gained1.sum(0).to(type),
            gain.defined() ? (s2 * w + s1 * b).to(type) : Tensor(), offset.defined() ? s1.to(type) : Tensor(), Tensor()};
  }
};

Tensor group_norm_silu(const Tensor& x, int64_t groups, const Tensor& weight, const Tensor& bias, const OptionalTensor& scale,
                       const OptionalTensor& shift, double eps) {
  TORCH_CHECK(x.device().is_cpu() && x.dim() == 4 && x.size(1) % groups == 0, "group_norm_silu takes (B, C, H, W) on the CPU, C a multiple of the groups");
  return GroupNormSilu::apply(x, groups, weight, bias, scale, shift, eps);
}

}  // namespace

TORCH_LIBRARY(flexg, library) {
  library.def("group_norm_silu(Tensor x, int groups, Tensor weight, Tensor bias, Tensor? scale, Tensor? shift, float eps) -> Tensor",
              torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(group_norm_silu)));
}
