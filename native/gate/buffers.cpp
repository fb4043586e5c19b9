// Where tensors lie. malloc has two ways with large buffers, and both are wrong here. Mapped one by one, each operator call has the kernel
// zero its pages again. Kept in the heap, they share it with small things that live long, and each of these tears a hole that the next
// large buffer does not fit into: a tenth of the heap was such holes.
//
// So large buffers have a range of addresses of their own. It grows at its end and is never given back; the smallest free piece that
// fits is taken, and neighbours that are both free become one. Its pages are huge ones where the kernel has them.

#include "buffers.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

#include "gate.h"

namespace {

constexpr std::size_t kLine = 64;

// Smaller ones stay with malloc.
constexpr std::size_t kLarge = 1 << 16;

class Range {
 public:
  // Reserves addresses, which costs nothing; fewer where the user's limit forbids so many.
  Range() {
    for (std::size_t bytes = std::size_t{1} << 42; bytes >= std::size_t{1} << 32; bytes /= 2) {
      void* place = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (place != MAP_FAILED) {
        begin_ = top_ = reinterpret_cast<std::uintptr_t>(place);
        usable_ = begin_;
        end_ = begin_ + bytes;
        return;
      }
    }
  }

  bool holds(const void* memory) const {
    const auto place = reinterpret_cast<std::uintptr_t>(memory);
    return place >= begin_ && place < end_;
  }

  void* take(std::size_t bytes) {
    // Three lines more, so that buffers of equal sizes, one behind the other, do not fall into the same sets of the caches.
    const std::size_t size = (bytes + kLine - 1) / kLine * kLine + 3 * kLine;
    const std::lock_guard<std::mutex> lock(mutex_);
    auto fit = by_size_.lower_bound({size, 0});
    std::uintptr_t place;
    if (fit != by_size_.end()) {
      place = fit->second;
      const std::size_t rest = fit->first - size;
      forget(place, fit->first);
      if (rest > 0) {
        remember(place + size, rest);
      }
    } else if (!at_end(size, &place)) {
      return nullptr;
    }
    taken_[place] = size;
    return reinterpret_cast<void*>(place);
  }

  void give(void* memory) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = taken_.find(reinterpret_cast<std::uintptr_t>(memory));
    std::uintptr_t place = found->first;
    std::size_t size = found->second;
    taken_.erase(found);
    const auto after = free_.lower_bound(place);
    if (after != free_.begin()) {
      const auto [before, length] = *std::prev(after);
      if (before + length == place) {
        forget(before, length);
        place = before;
        size += length;
      }
    }
    if (const auto next = free_.find(place + size); next != free_.end()) {
      const std::size_t length = next->second;
      forget(place + size, length);
      size += length;
    }
    remember(place, size);
  }

 private:
  // A free piece at the end grows.
  bool at_end(std::size_t size, std::uintptr_t* place) {
    constexpr std::size_t step = std::size_t{1} << 25;
    *place = top_;
    if (!free_.empty()) {
      const auto [last, length] = *free_.rbegin();
      *place = last + length == top_ ? last : top_;
    }
    if (size > end_ - *place) {
      return false;
    }
    const std::uintptr_t top = *place + size;
    if (top > usable_) {
      const std::uintptr_t wanted = std::min(end_, begin_ + (top - begin_ + step - 1) / step * step);
      if (mprotect(reinterpret_cast<void*>(usable_), wanted - usable_, PROT_READ | PROT_WRITE) != 0) {
        return false;
      }
      madvise(reinterpret_cast<void*>(usable_), wanted - usable_, MADV_HUGEPAGE);
      usable_ = wanted;
    }
    if (*place < top_) {
      forget(*place, top_ - *place);
    }
    top_ = top;
    return true;
  }

  void remember(std::uintptr_t place, std::size_t size) {
    free_.emplace(place, size);
    by_size_.emplace(size, place);
  }

  void forget(std::uintptr_t place, std::size_t size) {
    free_.erase(place);
    by_size_.erase({size, place});
  }

  std::mutex mutex_;
  std::uintptr_t begin_ = 0, top_ = 0, usable_ = 0, end_ = 0;
  std::map<std::uintptr_t, std::size_t> free_;
  std::set<std::pair<std::size_t, std::uintptr_t>> by_size_;
  std::unordered_map<std::uintptr_t, std::size_t> taken_;
};

// Never destroyed: tensors may be freed later than anything else.
Range& range() {
  static auto* range = new Range;
  return *range;
}

// libtorch 1.13's allocate is const, that of 2.x is not, and 2.x wants copy_data: what a version does not have overrides nothing.
class TensorMemory final : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t bytes) const { return placed(bytes); }
  c10::DataPtr allocate(std::size_t bytes) { return placed(bytes); }
  void copy_data(void* to, const void* from, std::size_t bytes) const { std::memcpy(to, from, bytes); }

  c10::DeleterFnPtr raw_deleter() const override { return &flexg::give; }

 private:
  static c10::DataPtr placed(std::size_t bytes) {
    void* memory = bytes > 0 ? flexg::take(bytes) : nullptr;
    TORCH_CHECK(memory || bytes == 0, "not enough memory: a buffer of ", bytes, " bytes was wanted");
    return {memory, memory, &flexg::give, c10::Device(c10::DeviceType::CPU)};
  }
};

}  // namespace

void* flexg::take(std::size_t bytes) {
  void* memory = bytes >= kLarge ? range().take(bytes) : nullptr;
  return memory ? memory : std::aligned_alloc(kLine, (bytes + kLine - 1) / kLine * kLine);
}

void flexg::give(void* memory) {
  if (memory && range().holds(memory)) {
    range().give(memory);
  } else {
    std::free(memory);
  }
}

// Has libtorch keep its tensors there from now on.
FLEXG_EXPORT void flexg_keep_buffers() { c10::SetCPUAllocator(new TensorMemory); }
