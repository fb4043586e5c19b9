// The transforms of F(4×4, 3×3) in one dimension, at the points 0, ±√½, ±√2 and ∞, for a register of channels at once; see winograd.h.

#pragma once

#include <cstdint>

namespace winograd {

constexpr float kA = 0.70710678118654752f, kB = 1.41421356237309505f;

// A Vec is one register: of a wider one, compilers keep the pieces in memory.
#if defined(__AVX512F__)
constexpr int64_t kLanes = 16, kRegisters = 32;
#elif defined(__AVX__)
constexpr int64_t kLanes = 8, kRegisters = 16;
#else
constexpr int64_t kLanes = 4, kRegisters = 16;
#endif

typedef float Vec __attribute__((vector_size(kLanes * sizeof(float)), aligned(4)));

inline void input_transform(const Vec d[6], Vec t[6]) {  // Bᵀ
  t[0] = d[0] - 2.5f * d[2] + d[4];
  const Vec even_a = d[4] - 2.0f * d[2], odd_a = kA * d[3] - kB * d[1];
  t[1] = even_a + odd_a;
  t[2] = even_a - odd_a;
  const Vec even_b = d[4] - 0.5f * d[2], odd_b = kB * d[3] - kA * d[1];
  t[3] = even_b + odd_b;
  t[4] = even_b - odd_b;
  t[5] = d[5] - 2.5f * d[3] + d[1];
}

inline void output_transform(const Vec m[6], Vec y[4]) {  // Aᵀ
  const Vec sum_a = m[1] + m[2], difference_a = m[1] - m[2], sum_b = m[3] + m[4], difference_b = m[3] - m[4];
  y[0] = m[0] + sum_a + sum_b;
  y[1] = kA * difference_a + kB * difference_b;
  y[2] = 0.5f * sum_a + 2.0f * sum_b;
  y[3] = (0.5f * kA) * difference_a + (2 * kB) * difference_b + m[5];
}

inline void output_gradient_transform(const Vec y[4], Vec t[6]) {  // A
  t[0] = y[0];
  const Vec even_a = y[0] + 0.5f * y[2], odd_a = kA * y[1] + (0.5f * kA) * y[3];
  t[1] = even_a + odd_a;
  t[2] = even_a - odd_a;
  const Vec even_b = y[0] + 2.0f * y[2], odd_b = kB * y[1] + (2 * kB) * y[3];
  t[3] = even_b + odd_b;
  t[4] = even_b - odd_b;
  t[5] = y[3];
}

inline void kernel_transform(const Vec g[3], Vec u[6]) {  // G
  constexpr float a = -2.0f / 3, b = 1.0f / 6;
  u[0] = g[0];
  const Vec even_a = a * g[0] + (0.5f * a) * g[2], odd_a = (a * kA) * g[1];
  u[1] = even_a + odd_a;
  u[2] = even_a - odd_a;
  const Vec even_b = b * g[0] + (2 * b) * g[2], odd_b = (b * kB) * g[1];
  u[3] = even_b + odd_b;
  u[4] = even_b - odd_b;
  u[5] = g[2];
}

inline void kernel_gradient_transform(const Vec m[6], Vec g[3]) {  // Gᵀ
  constexpr float a = -2.0f / 3, b = 1.0f / 6;
  const Vec sum_a = m[1] + m[2], difference_a = m[1] - m[2], sum_b = m[3] + m[4], difference_b = m[3] - m[4];
  g[0] = m[0] + a * sum_a + b * sum_b;
  g[1] = (a * kA) * difference_a + (b * kB) * difference_b;
  g[2] = (0.5f * a) * sum_a + (2 * b) * sum_b + m[5];
}

// From columns to rows: a two-dimensional transform of From×From values to To×To.
template <int From, int To, typename F>
inline void both_ways(const Vec in[From][From], Vec out[To][To], F transform) {
  Vec half[From][To];  // [column of the input][row of the output]
  for (int j = 0; j < From; ++j) {
    Vec column[From];
    for (int i = 0; i < From; ++i) {
      column[i] = in[i][j];
    }
    transform(column, half[j]);
  }
  for (int i = 0; i < To; ++i) {
    Vec row[From];
    for (int j = 0; j < From; ++j) {
      row[j] = half[j][i];
    }
    transform(row, out[i]);
  }
}

}  // namespace winograd
