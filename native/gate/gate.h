// What all exports of the gate share: their visibility, how a failure becomes a status and a text, and how handles become tensors.

#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#define FLEXG_EXPORT extern "C" __attribute__((visibility("default")))

// The text of this thread's last failure.
inline thread_local std::string last_error;

template <typename F>
int guarded(F&& body) {
  try {
    body();
    return 0;
  } catch (const c10::Error& e) {
    last_error = e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error = e.what();
  } catch (...) {
    last_error = "unknown C++ exception";
  }
  return -1;
}

// The tensor behind a handle, which stays with the managed side.
inline at::Tensor borrow(const void* handle) {
  auto* impl = static_cast<c10::TensorImpl*>(const_cast<void*>(handle));
  return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::unsafe_reclaim_from_nonowning(impl));
}

inline std::vector<at::Tensor> borrow_all(const void* const* handles, int64_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int64_t i = 0; i < count; ++i) {
    tensors.push_back(handles[i] ? borrow(handles[i]) : at::Tensor());
  }
  return tensors;
}
