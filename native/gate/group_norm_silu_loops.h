// The loops of group_norm_silu.cpp, whose head has the formulas. x, y and gradients are channels-last, one sample's pixels cut into pieces.

#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace group_norm {

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
inline void join_pieces(const Shape& s, double* sums) {
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

}  // namespace group_norm
