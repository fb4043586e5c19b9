// torch.distributed's c10d as the gate uses it, from libtorch 1.13 to 2.x.

#pragma once

#include <torch/version.h>

// libtorch says by these names what it was built with; the header of Gloo is a package of its own (libgloo-dev).
#if defined(USE_C10D_GLOO) && __has_include(<gloo/algorithm.h>)
#define FLEXG_GLOO 1
#endif
#if defined(USE_C10D_NCCL) && __has_include(<nccl.h>)
#define FLEXG_NCCL 1
#endif

#ifdef FLEXG_GLOO

#if TORCH_VERSION_MAJOR >= 2
#include <torch/csrc/distributed/c10d/Backend.hpp>
#else
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#endif

namespace flexg {

#if TORCH_VERSION_MAJOR >= 2
using Backend = c10d::Backend;
#else
using Backend = c10d::ProcessGroup;
#endif
using Work = c10::intrusive_ptr<c10d::Work>;

// One of the processes that work together.
struct Group {
  c10::intrusive_ptr<Backend> backend;
};

}  // namespace flexg

#endif
