// Memory for tensors and for the scratch of the gate's own operators; see buffers.cpp.

#pragma once

#include <cstddef>

namespace flexg {

// `bytes` bytes, aligned to a cache line and unset; nullptr where there are none. Any thread may call these.
void* take(std::size_t bytes);
void give(void* memory);

}  // namespace flexg
