// 3×3 correlations of channels-last fields by the minimal algorithm F(4×4, 3×3): 36 products where the definition
// has 144 (S. Winograd, Arithmetic Complexity of Computations, 1980; A. Lavin, S. Gray, CVPR 2016).
//
// A tile is 4×4 results; it reads 6×6 inputs. With d a tile's inputs, g the kernel, y its results and ⊙ elementwise,
//   y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A,   and for the gradient of the kernel   ∂g = Gᵀ[Σ (Bᵀ d B) ⊙ (A ∂y Aᵀ)]G.
// The sum over channels turns ⊙ into 36 matrix products. The points are 0, ±√½, ±√2 and ∞: with these the transforms
// enlarge rounding errors less than with the usual 0, ±1, ±2, ∞.
//
// Nothing here knows libtorch. Fields are (B, H, W, C) in memory and numbers of channels multiples of kPanel.

#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>

#include "buffers.h"
#include "winograd_transforms.h"

namespace winograd {

constexpr int64_t kTile = 4, kReach = 6, kPoints = kReach * kReach;
constexpr int64_t kPanel = 2 * kLanes;  // result channels that a matrix kernel makes at once
constexpr int64_t kTilesAtOnce = 48;    // of a block: what is between the transforms stays in the nearer caches
// Tiles, and input channels of the kernels' gradient (which come in powers of two), that a matrix kernel makes at once: the
// sums, two columns and a value stay in registers.
constexpr int64_t kRows = kRegisters == 32 ? 8 : 6, kSumRows = kRegisters == 32 ? 8 : 4;

inline Vec load(const float* p) { return *reinterpret_cast<const Vec*>(p); }
inline void store(float* p, Vec v) { *reinterpret_cast<Vec*>(p) = v; }

// Scratch memory of one thread.
class Buffer {
 public:
  explicit Buffer(int64_t floats) : data_(static_cast<float*>(flexg::take(floats * sizeof(float))), &flexg::give) {
    if (!data_) {
      throw std::bad_alloc();
    }
  }
  float* get() const { return data_.get(); }

 private:
  std::unique_ptr<float, decltype(&flexg::give)> data_;
};

// A field, and the tiles of the results of a correlation with it.
struct Geometry {
  int64_t batch, height, width, padding;  // of the input; zeros around it
  int64_t out_height() const { return height + 2 * padding - 2; }
  int64_t out_width() const { return width + 2 * padding - 2; }
  int64_t tile_rows() const { return (out_height() + kTile - 1) / kTile; }
  int64_t tile_columns() const { return (out_width() + kTile - 1) / kTile; }
  int64_t tiles() const { return batch * tile_rows() * tile_columns(); }
};

// Where a tile's first result lies.
struct Place {
  int64_t sample, y, x;
};

inline Place place_of(const Geometry& g, int64_t tile) {
  const int64_t column = tile % g.tile_columns(), rest = tile / g.tile_columns();
  return {rest / g.tile_rows(), rest % g.tile_rows() * kTile, column * kTile};
}

// Between the 36 planes of a block; the odd cache line keeps them from falling into the same cache sets.
inline int64_t plane(int64_t rows, int64_t columns) { return rows * columns + 16; }

// ---- from memory to planes and back ------------------------------------------------------------------------

// Reads Size×Size values from (y, x) on; what lies outside the field is zero.
template <int Size>
inline void read_square(const float* field, int64_t height, int64_t width, int64_t channels, int64_t y, int64_t x, int64_t c, Vec d[Size][Size]) {
  for (int i = 0; i < Size; ++i) {
    const bool row_inside = y + i >= 0 && y + i < height;
    for (int j = 0; j < Size; ++j) {
      const bool inside = row_inside && x + j >= 0 && x + j < width;
      d[i][j] = inside ? load(field + ((y + i) * width + x + j) * channels + c) : Vec{};
    }
  }
}

inline void write_planes(const Vec t[6][6], float* planes, int64_t stride) {
  for (int i = 0; i < 6; ++i) {
    for (int j = 0; j < 6; ++j) {
      store(planes + (i * 6 + j) * stride, t[i][j]);
    }
  }
}

// Bᵀ d B of tiles [first, last) for the channels [c0, c0 + count): planes (36, tiles, count).
inline void transform_inputs(const Geometry& g, const float* input, int64_t channels, int64_t c0, int64_t count, int64_t first,
                             int64_t last, float* planes) {
  const int64_t stride = plane(last - first, count);
  for (int64_t tile = first; tile < last; ++tile) {
    const Place at = place_of(g, tile);
    const float* field = input + at.sample * g.height * g.width * channels;
    for (int64_t c = 0; c < count; c += kLanes) {
      Vec d[6][6], t[6][6];
      read_square<6>(field, g.height, g.width, channels, at.y - g.padding, at.x - g.padding, c0 + c, d);
      both_ways<6, 6>(d, t, input_transform);
      write_planes(t, planes + (tile - first) * count + c, stride);
    }
  }
}

// A ∂y Aᵀ of tiles [first, last) for the channels [k0, k0 + count): planes (36, tiles, count).
inline void transform_output_gradients(const Geometry& g, const float* gradient, int64_t channels, int64_t k0, int64_t count,
                                       int64_t first, int64_t last, float* planes) {
  const int64_t stride = plane(last - first, count), height = g.out_height(), width = g.out_width();
  for (int64_t tile = first; tile < last; ++tile) {
    const Place at = place_of(g, tile);
    const float* field = gradient + at.sample * height * width * channels;
    for (int64_t k = 0; k < count; k += kLanes) {
      Vec d[4][4], half[4][6], t[6][6];
      read_square<4>(field, height, width, channels, at.y, at.x, k0 + k, d);
      for (int i = 0; i < 4; ++i) {
        output_gradient_transform(d[i], half[i]);
      }
      for (int j = 0; j < 6; ++j) {
        const Vec column[4] = {half[0][j], half[1][j], half[2][j], half[3][j]};
        Vec transformed[6];
        output_gradient_transform(column, transformed);
        for (int i = 0; i < 6; ++i) {
          t[i][j] = transformed[i];
        }
      }
      write_planes(t, planes + (tile - first) * count + k, stride);
    }
  }
}

// Aᵀ M A of tiles [first, last), plus the bias, into the result's channels [k0, k0 + count).
inline void transform_outputs(const Geometry& g, const float* planes, const float* bias, int64_t channels, int64_t k0, int64_t count,
                              int64_t first, int64_t last, float* output) {
  const int64_t stride = plane(last - first, count), height = g.out_height(), width = g.out_width();
  for (int64_t tile = first; tile < last; ++tile) {
    const Place at = place_of(g, tile);
    const int64_t rows = std::min(kTile, height - at.y), columns = std::min(kTile, width - at.x);
    float* field = output + ((at.sample * height + at.y) * width + at.x) * channels + k0;
    for (int64_t k = 0; k < count; k += kLanes) {
      const float* from = planes + (tile - first) * count + k;
      Vec half[6][4];
      for (int i = 0; i < 6; ++i) {
        Vec row[6];
        for (int j = 0; j < 6; ++j) {
          row[j] = load(from + (i * 6 + j) * stride);
        }
        output_transform(row, half[i]);
      }
      const Vec offset = bias ? load(bias + k0 + k) : Vec{};
      for (int64_t j = 0; j < columns; ++j) {
        const Vec column[6] = {half[0][j], half[1][j], half[2][j], half[3][j], half[4][j], half[5][j]};
        Vec y[4];
        output_transform(column, y);
        for (int64_t i = 0; i < rows; ++i) {
          store(field + (i * width + j) * channels + k, y[i] + offset);
        }
      }
    }
  }
}

// ---- kernels -----------------------------------------------------------------------------------------------

// G g Gᵀ of sources [begin, end) for result channels [first, first + kLanes): 36 planes (results/kPanel, sources, kPanel).
// `taps(source, tap)` gives the weights of the kLanes result channels.
template <typename Taps>
inline void transform_kernels(int64_t sources, int64_t results, int64_t first, int64_t begin, int64_t end, Taps taps, float* planes) {
  const int64_t stride = plane(sources, results);
  float* panel = planes + first / kPanel * kPanel * sources + first % kPanel;
  for (int64_t s = begin; s < end; ++s) {
    Vec half[3][6];
    for (int i = 0; i < 3; ++i) {
      const Vec row[3] = {taps(s, i * 3), taps(s, i * 3 + 1), taps(s, i * 3 + 2)};
      kernel_transform(row, half[i]);
    }
    for (int j = 0; j < 6; ++j) {
      const Vec column[3] = {half[0][j], half[1][j], half[2][j]};
      Vec u[6];
      kernel_transform(column, u);
      for (int i = 0; i < 6; ++i) {
        store(panel + (i * 6 + j) * stride + s * kPanel, u[i]);
      }
    }
  }
}

// Kernels of the correlation itself: sources are the input's channels C, results the output's K. Weights (K, 3, 3, C), from the first of
// `results` result channels on.
inline void transform_kernels_forward(const float* weight, int64_t in, int64_t, int64_t results, int64_t first, float* planes) {
  float turned[kLanes * 9 * kLanes];  // (kLanes of C, 9, kLanes of K): result channels side by side
  for (int64_t begin = 0; begin < in; begin += kLanes) {
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      for (int64_t tap = 0; tap < 9; ++tap) {
        const float* row = weight + ((first + lane) * 9 + tap) * in + begin;
        for (int64_t c = 0; c < kLanes; ++c) {
          turned[(c * 9 + tap) * kLanes + lane] = row[c];
        }
      }
    }
    transform_kernels(in, results, first, begin, begin + kLanes, [&](int64_t c, int tap) { return load(turned + ((c - begin) * 9 + tap) * kLanes); }, planes);
  }
}

// Kernels of the gradient of the input, which is a correlation with the turned kernel: sources are the output's channels.
inline void transform_kernels_backward(const float* weight, int64_t in, int64_t out, int64_t results, int64_t first, float* planes) {
  transform_kernels(out, results, first, 0, out, [&](int64_t k, int tap) { return load(weight + (k * 9 + 8 - tap) * in + first); }, planes);
}

// ---- matrix products -----------------------------------------------------------------------------------------

// m (Rows, kPanel) = v (Rows, depth)·u (depth, kPanel).
template <int Rows>
inline void multiply_rows(const float* v, int64_t pitch, const float* u, int64_t depth, float* m, int64_t m_pitch) {
  Vec sum[Rows][2] = {};
  for (int64_t c = 0; c < depth; ++c) {
    const Vec left = load(u + c * kPanel), right = load(u + c * kPanel + kLanes);
#pragma GCC unroll 8
    for (int r = 0; r < Rows; ++r) {
      const float value = v[r * pitch + c];
      sum[r][0] += value * left;
      sum[r][1] += value * right;
    }
  }
  for (int r = 0; r < Rows; ++r) {
    store(m + r * m_pitch, sum[r][0]);
    store(m + r * m_pitch + kLanes, sum[r][1]);
  }
}

inline void multiply_rest(int64_t rows, const float* v, int64_t pitch, const float* u, int64_t depth, float* m, int64_t m_pitch) {
  switch (rows) {
    case 1: return multiply_rows<1>(v, pitch, u, depth, m, m_pitch);
    case 2: return multiply_rows<2>(v, pitch, u, depth, m, m_pitch);
    case 3: return multiply_rows<3>(v, pitch, u, depth, m, m_pitch);
    case 4: return multiply_rows<4>(v, pitch, u, depth, m, m_pitch);
    case 5: return multiply_rows<5>(v, pitch, u, depth, m, m_pitch);
    case 6: return multiply_rows<6>(v, pitch, u, depth, m, m_pitch);
    case 7: return multiply_rows<7>(v, pitch, u, depth, m, m_pitch);
    default: return;
  }
}

// The 36 products of planes (36, tiles, in) with `count` result channels of transformed kernels, whose planes are `pitch` apart.
inline void multiply_planes(const float* planes, int64_t tiles, int64_t in, const float* kernels, int64_t pitch, int64_t count, float* products) {
  for (int64_t p = 0; p < kPoints; ++p) {
    const float* v = planes + p * plane(tiles, in);
    for (int64_t k = 0; k < count; k += kPanel) {
      const float* u = kernels + p * pitch + k * in;
      float* m = products + p * plane(tiles, count) + k;
      int64_t t = 0;
      for (; t + kRows <= tiles; t += kRows) {
        multiply_rows<kRows>(v + t * in, in, u, in, m + t * count, count);
      }
      multiply_rest(tiles - t, v + t * in, in, u, in, m + t * count, count);
    }
  }
}

// Results of tiles [first, last) in the channels [k0, k0 + count).
inline void correlate_block(const Geometry& g, const float* input, int64_t in, const float* kernels, const float* bias, int64_t out,
                            int64_t k0, int64_t count, int64_t first, int64_t last, float* planes, float* products, float* output) {
  transform_inputs(g, input, in, 0, in, first, last, planes);
  multiply_planes(planes, last - first, in, kernels + k0 * in, plane(in, out), count, products);
  transform_outputs(g, products, bias, out, k0, count, first, last, output);
}

// m (kSumRows, kPanel) += vᵀ·w, or = where it is the First product, over `tiles` rows of v (tiles, kSumRows of v_pitch) and w (tiles,
// kPanel of w_pitch).
template <bool First>
inline void accumulate_rows(const float* v, int64_t v_pitch, const float* w, int64_t w_pitch, int64_t tiles, float* m, int64_t m_pitch) {
  Vec sum[kSumRows][2] = {};
  if (!First) {
    for (int r = 0; r < kSumRows; ++r) {
      sum[r][0] = load(m + r * m_pitch);
      sum[r][1] = load(m + r * m_pitch + kLanes);
    }
  }
  for (int64_t t = 0; t < tiles; ++t) {
    const Vec left = load(w + t * w_pitch), right = load(w + t * w_pitch + kLanes);
#pragma GCC unroll 8
    for (int r = 0; r < kSumRows; ++r) {
      const float value = v[t * v_pitch + r];
      sum[r][0] += value * left;
      sum[r][1] += value * right;
    }
  }
  for (int r = 0; r < kSumRows; ++r) {
    store(m + r * m_pitch, sum[r][0]);
    store(m + r * m_pitch + kLanes, sum[r][1]);
  }
}

// The part of the kernels' gradient that tiles [first, last) contribute to the weights from input channels
// [c0, c0 + c_count) to the kPanel output channels from k0 on: (9, c_count, kPanel).
inline void kernel_gradient_block(const Geometry& g, const float* input, int64_t in, const float* gradient, int64_t out, int64_t c0,
                                  int64_t c_count, int64_t k0, int64_t first, int64_t last, float* result) {
  constexpr int64_t at_once = 32;
  Buffer inputs(kPoints * plane(at_once, c_count)), gradients(kPoints * plane(at_once, kPanel)), products(kPoints * plane(c_count, kPanel));
  if (first == last) {
    std::fill_n(products.get(), kPoints * plane(c_count, kPanel), 0.0f);
  }
  for (int64_t begin = first; begin < last; begin += at_once) {
    const int64_t end = std::min(begin + at_once, last), tiles = end - begin;
    transform_inputs(g, input, in, c0, c_count, begin, end, inputs.get());
    transform_output_gradients(g, gradient, out, k0, kPanel, begin, end, gradients.get());
    const auto accumulate = begin == first ? accumulate_rows<true> : accumulate_rows<false>;
    for (int64_t p = 0; p < kPoints; ++p) {
      for (int64_t c = 0; c < c_count; c += kSumRows) {
        accumulate(inputs.get() + p * plane(tiles, c_count) + c, c_count, gradients.get() + p * plane(tiles, kPanel), kPanel, tiles,
                   products.get() + p * plane(c_count, kPanel) + c * kPanel, kPanel);
      }
    }
  }
  for (int64_t i = 0; i < c_count * kPanel; i += kLanes) {
    Vec half[6][3];
    for (int y = 0; y < 6; ++y) {
      Vec row[6];
      for (int x = 0; x < 6; ++x) {
        row[x] = load(products.get() + (y * 6 + x) * plane(c_count, kPanel) + i);
      }
      kernel_gradient_transform(row, half[y]);
    }
    for (int x = 0; x < 3; ++x) {
      const Vec column[6] = {half[0][x], half[1][x], half[2][x], half[3][x], half[4][x], half[5][x]};
      Vec taps[3];
      kernel_gradient_transform(column, taps);
      for (int y = 0; y < 3; ++y) {
        store(result + (y * 3 + x) * c_count * kPanel + i, taps[y]);
      }
    }
  }
}

// The sum of `pieces` gradients (9, count, kPanel), turned to kPanel result channels of weights (K, 3, 3, C).
inline void join_kernel_gradients(const float* sums, int64_t pieces, int64_t count, int64_t in, float* weights) {
  const int64_t size = 9 * count * kPanel;
  for (int64_t tap = 0; tap < 9; ++tap) {
    for (int64_t k = 0; k < kPanel; ++k) {
      for (int64_t c = 0; c < count; ++c) {
        const float* from = sums + (tap * count + c) * kPanel + k;
        float sum = from[0];
        for (int64_t piece = 1; piece < pieces; ++piece) {
          sum += from[piece * size];
        }
        weights[(k * 9 + tap) * in + c] = sum;
      }
    }
  }
}

}  // namespace winograd
