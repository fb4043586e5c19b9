// Which elements dropout drops: a function of one number drawn from libtorch's generator, of the sample and of the element's place in it. A
// sample thus loses the same elements whether its batch is in one process or shared by several.

#pragma once

#include <cstdint>

#ifdef __CUDACC__
#define FLEXG_DEVICE __host__ __device__
#else
#define FLEXG_DEVICE
#endif

namespace flexg {

// The number of this thread's first sample among those of the whole batch.
int64_t first_sample();
void set_first_sample(int64_t first);

// One number of libtorch's generator.
uint64_t draw();

class Dropout {
 public:
  Dropout(double p, uint64_t seed)
      : threshold_(static_cast<uint32_t>(p * 4294967296.0)), low_(static_cast<uint32_t>(seed)), high_(static_cast<uint32_t>(seed >> 32)),
        scale_(1 / (1 - p)) {}

  // m of the element at a place in memory: two multiplications and some shifts mix the bits of a 32-bit counter (C. Wellons' lowbias32).
  template <typename T>
  FLEXG_DEVICE inline T factor(uint32_t place) const {
    uint32_t h = place * 0x9e3779b9u + low_;
    h ^= h >> 16;
    h *= 0x7feb352du;
    h ^= (h >> 15) ^ high_;
    h *= 0x846ca68bu;
    h ^= h >> 16;
    return h >= threshold_ ? static_cast<T>(scale_) : T(0);
  }

 private:
  uint32_t threshold_, low_, high_;
  double scale_;
};

}  // namespace flexg
