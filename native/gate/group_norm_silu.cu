// dropout(silu(GroupNorm(x)·(1 + scale) + shift)) on a GPU: group_norm_silu.cpp has the formulas, this file the same passes over
// channels-last memory. A thread keeps 16 bytes of channels and walks down the pixels of a piece; sums are joined in double precision.

#include <cstdint>

#include "cuda_kernels.h"
#include "dropout.h"

namespace flexg::cuda {
namespace {

struct BFloat16 {
  uint16_t bits;
};

__device__ inline float load(float value) { return value; }

__device__ inline float load(BFloat16 value) { return __uint_as_float(static_cast<uint32_t>(value.bits) << 16); }

__device__ inline void store(float& to, float value) { to = value; }

// To the nearest, ties to even; NaN stays NaN.
__device__ inline void store(BFloat16& to, float value) {
  const uint32_t bits = __float_as_uint(value);
  to.bits = value != value ? 0x7fc0 : static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

template <typename T>
struct alignas(16) Vector {
  static constexpr int kWidth = 16 / sizeof(T);
  T at[kWidth];
};

constexpr int kThreads = 256;

struct Sizes {
  int channels, group, pieces;
  int64_t pixels;
};

// A block has `lanes` threads along the channels and as many rows of pixels as fit.
struct Layout {
  dim3 grid, block;

  template <typename T>
  static Layout of(const NormShape& s) {
    const int vectors = static_cast<int>(s.channels / Vector<T>::kWidth);
    const int lanes = vectors < kThreads ? vectors : kThreads;
    return {dim3(static_cast<unsigned>(s.pieces()), static_cast<unsigned>(s.batch), (vectors + lanes - 1) / lanes), dim3(lanes, kThreads / lanes)};
  }
};

// Calls body(pixel, first element, values...) for every vector of this thread.
template <typename T, typename F>
__device__ inline void for_each_vector(const Sizes& s, int channel, F body) {
  const int64_t begin = s.pixels * blockIdx.x / s.pieces, end = s.pixels * (blockIdx.x + 1) / s.pieces;
  const int64_t sample = static_cast<int64_t>(blockIdx.y) * s.pixels;
  for (int64_t i = begin + threadIdx.y; i < end; i += blockDim.y) {
    body((sample + i) * s.channels + channel);
  }
}

template <typename T>
__device__ inline int first_channel() {
  return static_cast<int>(blockIdx.z * blockDim.x + threadIdx.x) * Vector<T>::kWidth;
}

// Adds up two numbers for every channel over the rows of the block, into sums (B, pieces, 2, C).
template <int W>
__device__ inline void join_rows(const Sizes& s, int channel, const float (&first)[W], const float (&second)[W], float* sums) {
  __shared__ float shared[2 * W * kThreads];
  const int lanes = blockDim.x, rows = blockDim.y;
  for (int k = 0; k < W; ++k) {
    shared[(k * rows + threadIdx.y) * lanes + threadIdx.x] = first[k];
    shared[((W + k) * rows + threadIdx.y) * lanes + threadIdx.x] = second[k];
  }
  __syncthreads();
  if (channel >= s.channels) {
    return;
  }
  float* to = sums + (static_cast<int64_t>(blockIdx.y) * s.pieces + blockIdx.x) * 2 * s.channels + channel;
  for (int k = threadIdx.y; k < 2 * W; k += rows) {
    float sum = 0;
    for (int row = 0; row < rows; ++row) {
      sum += shared[(k * rows + row) * lanes + threadIdx.x];
    }
    to[k < W ? k : s.channels + k - W] = sum;
  }
}

template <typename T>
__global__ void sum_inputs(Sizes s, const T* x, float* sums) {
  constexpr int W = Vector<T>::kWidth;
  const int channel = first_channel<T>();
  float sum[W] = {}, squares[W] = {};
  if (channel < s.channels) {
    for_each_vector<T>(s, channel, [&](int64_t at) {
      const auto values = *reinterpret_cast<const Vector<T>*>(x + at);
      for (int k = 0; k < W; ++k) {
        const float value = load(values.at[k]);
        sum[k] += value;
        squares[k] += value * value;
      }
    });
  }
  join_rows(s, channel, sum, squares, sums);
}

// A block for every group of every sample, a warp for some of its channels: the pieces' sums of both kinds, into shared memory.
__device__ inline void join_pieces(const Sizes& s, const float* sums, double* totals) {
  const int warp = threadIdx.x / 32, lane = threadIdx.x % 32, warps = blockDim.x / 32;
  const float* of_sample = sums + static_cast<int64_t>(blockIdx.y) * s.pieces * 2 * s.channels + blockIdx.x * s.group;
  for (int i = warp; i < 2 * s.group; i += warps) {
    const float* column = of_sample + (i < s.group ? i : s.channels + i - s.group);
    double sum = 0;
    for (int piece = lane; piece < s.pieces; piece += 32) {
      sum += column[static_cast<int64_t>(piece) * 2 * s.channels];
    }
    for (int offset = 16; offset > 0; offset /= 2) {
      sum += __shfl_down_sync(0xffffffffu, sum, offset);
    }
    if (lane == 0) {
      totals[i] = sum;
    }
  }
  __syncthreads();
}

__global__ void lines(Sizes s, const float* sums, const float* w, const float* b, const float* scale, const float* shift, double eps, NormLine line) {
  extern __shared__ double totals[];
  join_pieces(s, sums, totals);
  double sum = 0, squares = 0;
  for (int i = 0; i < s.group; ++i) {
    sum += totals[i];
    squares += totals[s.group + i];
  }
  const double n = static_cast<double>(s.pixels) * s.group, mu = sum / n, variance = squares / n - mu * mu;
  const double r = 1 / sqrt((variance > 0 ? variance : variance != variance ? variance : 0.0) + eps);
  for (int i = threadIdx.x; i < s.group; i += blockDim.x) {
    const int c = blockIdx.x * s.group + i;
    const int64_t at = static_cast<int64_t>(blockIdx.y) * s.channels + c;
    const double gain = 1 + (scale ? scale[at] : 0.0f);
    line.mean[at] = static_cast<float>(mu);
    line.rstd[at] = static_cast<float>(r);
    line.a[at] = static_cast<float>(r * w[c] * gain);
    line.d[at] = static_cast<float>((b[c] - mu * r * w[c]) * gain + (shift ? shift[at] : 0.0f));
  }
}

struct NoDropout {
  __device__ float operator()(int64_t) const { return 1; }
};

struct PlacedDropout {
  Dropout dropout;
  uint32_t start;

  __device__ float operator()(int64_t at) const { return dropout.template factor<float>(start + static_cast<uint32_t>(at)); }
};

__device__ inline float sigmoid(float u) { return 1 / (1 + expf(-u)); }

template <typename T, typename D>
__global__ void apply_lines(Sizes s, const T* x, NormLine line, D dropout, T* y) {
  constexpr int W = Vector<T>::kWidth;
  const int channel = first_channel<T>();
  if (channel >= s.channels) {
    return;
  }
  float a[W], d[W];
  for (int k = 0; k < W; ++k) {
    const int64_t at = static_cast<int64_t>(blockIdx.y) * s.channels + channel + k;
    a[k] = line.a[at];
    d[k] = line.d[at];
  }
  for_each_vector<T>(s, channel, [&](int64_t at) {
    auto values = *reinterpret_cast<const Vector<T>*>(x + at);
    for (int k = 0; k < W; ++k) {
      const float u = a[k] * load(values.at[k]) + d[k];
      store(values.at[k], u * sigmoid(u) * dropout(at + k));
    }
    *reinterpret_cast<Vector<T>*>(y + at) = values;
  });
}

// gu, the gradient of u.
template <typename D>
__device__ inline float slope(float u, float gy, const D& dropout, int64_t at) {
  const float s = sigmoid(u);
  return gy * dropout(at) * s * (1 + u * (1 - s));
}

template <typename T, typename D>
__global__ void sum_gradients(Sizes s, const T* x, const T* gy, NormLine line, D dropout, float* sums) {
  constexpr int W = Vector<T>::kWidth;
  const int channel = first_channel<T>();
  float s1[W] = {}, s2[W] = {};
  if (channel < s.channels) {
    float a[W], d[W], mean[W], rstd[W];
    for (int k = 0; k < W; ++k) {
      const int64_t at = static_cast<int64_t>(blockIdx.y) * s.channels + channel + k;
      a[k] = line.a[at];
      d[k] = line.d[at];
      mean[k] = line.mean[at];
      rstd[k] = line.rstd[at];
    }
    for_each_vector<T>(s, channel, [&](int64_t at) {
      const auto values = *reinterpret_cast<const Vector<T>*>(x + at);
      const auto gradients = *reinterpret_cast<const Vector<T>*>(gy + at);
      for (int k = 0; k < W; ++k) {
        const float value = load(values.at[k]);
        const float gu = slope(a[k] * value + d[k], load(gradients.at[k]), dropout, at + k);
        s1[k] += gu;
        s2[k] += gu * (value - mean[k]) * rstd[k];
      }
    });
  }
  join_rows(s, channel, s1, s2, sums);
}

__global__ void input_lines(Sizes s, const float* sums, const float* w, const float* scale, NormLine line, NormSums to) {
  extern __shared__ double totals[];
  join_pieces(s, sums, totals);
  const double n = static_cast<double>(s.pixels) * s.group;
  const int64_t first = static_cast<int64_t>(blockIdx.y) * s.channels + blockIdx.x * s.group;
  double m1 = 0, m2 = 0;
  for (int i = 0; i < s.group; ++i) {
    const double k = (1 + (scale ? scale[first + i] : 0.0f)) * w[blockIdx.x * s.group + i];
    m1 += k * totals[i] / n;
    m2 += k * totals[s.group + i] / n;
  }
  for (int i = threadIdx.x; i < s.group; i += blockDim.x) {
    const double mean = line.mean[first + i], r = line.rstd[first + i];
    to.s1[first + i] = static_cast<float>(totals[i]);
    to.s2[first + i] = static_cast<float>(totals[s.group + i]);
    to.of_x[first + i] = static_cast<float>(-m2 * r * r);
    to.constant[first + i] = static_cast<float>(r * (m2 * r * mean - m1));
  }
}

template <typename T, typename D>
__global__ void input_gradients(Sizes s, const T* x, const T* gy, NormLine line, NormSums sums, D dropout, T* gx) {
  constexpr int W = Vector<T>::kWidth;
  const int channel = first_channel<T>();
  if (channel >= s.channels) {
    return;
  }
  float a[W], d[W], of_x[W], constant[W];
  for (int k = 0; k < W; ++k) {
    const int64_t at = static_cast<int64_t>(blockIdx.y) * s.channels + channel + k;
    a[k] = line.a[at];
    d[k] = line.d[at];
    of_x[k] = sums.of_x[at];
    constant[k] = sums.constant[at];
  }
  for_each_vector<T>(s, channel, [&](int64_t at) {
    const auto values = *reinterpret_cast<const Vector<T>*>(x + at);
    auto gradients = *reinterpret_cast<const Vector<T>*>(gy + at);
    for (int k = 0; k < W; ++k) {
      const float value = load(values.at[k]);
      const float gu = slope(a[k] * value + d[k], load(gradients.at[k]), dropout, at + k);
      store(gradients.at[k], a[k] * gu + of_x[k] * value + constant[k]);
    }
    *reinterpret_cast<Vector<T>*>(gx + at) = gradients;
  });
}

__global__ void weight_gradients(int batch, int channels, NormSums sums, const float* w, const float* b, const float* scale, float* dw, float* db,
                                 float* dscale, float* dshift) {
  const int c = blockIdx.x * blockDim.x + threadIdx.x;
  if (c >= channels) {
    return;
  }
  double of_w = 0, of_b = 0;
  for (int i = 0; i < batch; ++i) {
    const int64_t at = static_cast<int64_t>(i) * channels + c;
    const float s1 = sums.s1[at], s2 = sums.s2[at], gain = 1 + (scale ? scale[at] : 0.0f);
    of_w += static_cast<double>(gain) * s2;
    of_b += static_cast<double>(gain) * s1;
    if (dscale) {
      dscale[at] = w[c] * s2 + b[c] * s1;
    }
    if (dshift) {
      dshift[at] = s1;
    }
  }
  dw[c] = static_cast<float>(of_w);
  db[c] = static_cast<float>(of_b);
}

Sizes sizes_of(const NormShape& s) {
  return {static_cast<int>(s.channels), static_cast<int>(s.channels / s.groups), static_cast<int>(s.pieces()), s.pixels};
}

template <typename F>
void with_dropout(const NormShape& s, const NormDropout& dropout, F body) {
  if (dropout.p > 0) {
    body(PlacedDropout{Dropout(dropout.p, dropout.seed), static_cast<uint32_t>(dropout.first * s.pixels * s.channels)});
  } else {
    body(NoDropout{});
  }
}

template <typename T>
void forward(const NormShape& shape, const T* x, const float* w, const float* b, const float* scale, const float* shift, double eps,
             const NormDropout& dropout, float* scratch, const NormLine& line, T* y, cudaStream_t stream) {
  const auto s = sizes_of(shape);
  const auto layout = Layout::of<T>(shape);
  const dim3 groups(static_cast<unsigned>(shape.groups), static_cast<unsigned>(shape.batch));
  sum_inputs<T><<<layout.grid, layout.block, 0, stream>>>(s, x, scratch);
  lines<<<groups, 128, 2 * s.group * sizeof(double), stream>>>(s, scratch, w, b, scale, shift, eps, line);
  with_dropout(shape, dropout, [&](auto drop) { apply_lines<T><<<layout.grid, layout.block, 0, stream>>>(s, x, line, drop, y); });
}

template <typename T>
void backward(const NormShape& shape, const T* x, const T* gy, const float* w, const float* scale, const NormDropout& dropout, float* scratch,
              const NormLine& line, const NormSums& sums, T* gx, cudaStream_t stream) {
  const auto s = sizes_of(shape);
  const auto layout = Layout::of<T>(shape);
  const dim3 groups(static_cast<unsigned>(shape.groups), static_cast<unsigned>(shape.batch));
  with_dropout(shape, dropout, [&](auto drop) {
    sum_gradients<T><<<layout.grid, layout.block, 0, stream>>>(s, x, gy, line, drop, scratch);
    input_lines<<<groups, 128, 2 * s.group * sizeof(double), stream>>>(s, scratch, w, scale, line, sums);
    input_gradients<T><<<layout.grid, layout.block, 0, stream>>>(s, x, gy, line, sums, drop, gx);
  });
}

}  // namespace

void group_norm_silu(Type type, const NormShape& shape, const void* x, const float* w, const float* b, const float* scale, const float* shift,
                     double eps, const NormDropout& dropout, float* scratch, const NormLine& line, void* y, cudaStream_t stream) {
  if (type == Type::kFloat) {
    forward(shape, static_cast<const float*>(x), w, b, scale, shift, eps, dropout, scratch, line, static_cast<float*>(y), stream);
  } else {
    forward(shape, static_cast<const BFloat16*>(x), w, b, scale, shift, eps, dropout, scratch, line, static_cast<BFloat16*>(y), stream);
  }
}

void group_norm_silu_backward(Type type, const NormShape& shape, const void* x, const void* gy, const float* w, const float* b, const float* scale,
                              const NormDropout& dropout, float* scratch, const NormLine& line, const NormSums& sums, void* gx, float* dw, float* db,
                              float* dscale, float* dshift, cudaStream_t stream) {
  if (type == Type::kFloat) {
    backward(shape, static_cast<const float*>(x), static_cast<const float*>(gy), w, scale, dropout, scratch, line, sums, static_cast<float*>(gx), stream);
  } else {
    backward(shape, static_cast<const BFloat16*>(x), static_cast<const BFloat16*>(gy), w, scale, dropout, scratch, line, sums, static_cast<BFloat16*>(gx),
             stream);
  }
  constexpr int kBlock = 128;
  const int channels = static_cast<int>(shape.channels);
  weight_gradients<<<(channels + kBlock - 1) / kBlock, kBlock, 0, stream>>>(static_cast<int>(shape.batch), channels, sums, w, b, scale, dw, db, dscale, dshift);
}

}  // namespace flexg::cuda
