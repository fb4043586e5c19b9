// The one door between .NET and libtorch: a C ABI that finds any operator by name and overload, calls it
// boxed with tagged values, and hands tensors across as reference-counted handles.
//
// Every export is prefixed `flexg_` and everything else is hidden: Debian's libtorch pulls GTK and OpenCV
// into the process, and a C symbol with a common name would be bound to theirs.
//
// Every function returns 0 on success and -1 on failure unless it says otherwise; the text of a failure is
// kept per thread and read with flexg_last_error.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gate.h"

namespace {

// Keep in step with src/Flex.Torch/Native/Argument.cs.
enum Tag : int64_t {
  kNone = 0,
  kTensor = 1,
  kInt = 2,
  kDouble = 3,
  kBool = 4,
  kIntList = 5,
  kDoubleList = 6,
  kTensorList = 7,
  kString = 8,
  kDevice = 9,             // integer = device type, count = index
  kOptionalTensorList = 10,
  kBoolList = 11,
};

struct Value {
  int64_t tag;
  union {
    int64_t integer;
    double real;
    const void* pointer;
  };
  int64_t count;
};
static_assert(sizeof(Value) == 24, "the managed side lays out the same struct");

std::atomic<int64_t> live_handles{0};

using Handle = c10::TensorImpl*;

// c10::optional in libtorch 1.13, std::optional in later ones.
using OptionalTensor = decltype(std::declval<c10::IValue>().toOptional<at::Tensor>());

void* release(at::Tensor tensor) {
  if (!tensor.defined()) {
    return nullptr;
  }
  ++live_handles;
  return tensor.unsafeReleaseTensorImpl();
}

void drop(void* handle) {
  if (handle) {
    c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(static_cast<Handle>(handle));
    --live_handles;
  }
}

c10::IValue to_ivalue(const Value& v) {
  switch (v.tag) {
    case kNone:
      return {};
    case kTensor:
      return borrow(v.pointer);
    case kInt:
      return v.integer;
    case kDouble:
      return v.real;
    case kBool:
      return v.integer != 0;
    case kIntList:
      return c10::IntArrayRef(static_cast<const int64_t*>(v.pointer), v.count);
    case kDoubleList:
      return c10::ArrayRef<double>(static_cast<const double*>(v.pointer), v.count);
    case kBoolList: {
      c10::List<bool> list;
      for (int64_t i = 0; i < v.count; ++i) {
        list.push_back(static_cast<const int64_t*>(v.pointer)[i] != 0);
      }
      return list;
    }
    case kTensorList:
      return c10::List<at::Tensor>(borrow_all(static_cast<const void* const*>(v.pointer), v.count));
    case kOptionalTensorList: {
      c10::List<OptionalTensor> list;
      for (const auto& tensor : borrow_all(static_cast<const void* const*>(v.pointer), v.count)) {
        list.push_back(tensor.defined() ? OptionalTensor(tensor) : OptionalTensor());
      }
      return list;
    }
    case kString:
      return std::string(static_cast<const char*>(v.pointer), v.count);
    case kDevice:
      return c10::Device(static_cast<c10::DeviceType>(v.integer), static_cast<c10::DeviceIndex>(v.count));
    default:
      TORCH_CHECK(false, "the gate does not know the argument tag ", v.tag);
  }
}

// A call's results, flattened: a list of tensors becomes so many values.
void from_ivalue(c10::IValue&& v, Value* results, int64_t capacity, int64_t* count) {
  if (v.isTensorList()) {
    for (const at::Tensor& tensor : v.toTensorVector()) {
      from_ivalue(c10::IValue(tensor), results, capacity, count);
    }
    return;
  }
  TORCH_CHECK(*count < capacity, "the operator returns more than ", capacity, " values");
  Value& result = results[*count];
  result.count = 0;
  if (v.isTensor()) {
    result.tag = kTensor;
    result.pointer = release(std::move(v).toTensor());
  } else if (v.isInt()) {
    result.tag = kInt;
    result.integer = v.toInt();
  } else if (v.isDouble()) {
    result.tag = kDouble;
    result.real = v.toDouble();
  } else if (v.isBool()) {
    result.tag = kBool;
    result.integer = v.toBool();
  } else if (v.isNone()) {
    result.tag = kNone;
    result.integer = 0;
  } else {
    TORCH_CHECK(false, "the gate cannot return a value of type ", v.tagKind());
  }
  ++*count;
}

}  // namespace

FLEXG_EXPORT const char* flexg_last_error() { return last_error.c_str(); }

FLEXG_EXPORT const char* flexg_torch_version() { return TORCH_VERSION; }

FLEXG_EXPORT int64_t flexg_live_tensors() { return live_handles.load(); }

// ---- operators -------------------------------------------------------------------------------------------

FLEXG_EXPORT int flexg_operator_find(const char* name, const char* overload, void** op) {
  return guarded([&] {
    // Operator handles are never destroyed: the managed side caches one per operator.
    *op = new c10::OperatorHandle(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload));
  });
}

FLEXG_EXPORT int flexg_operator_call(
    void* op, const Value* arguments, int64_t argument_count, Value* results, int64_t capacity, int64_t* result_count) {
  *result_count = 0;
  return guarded([&] {
    const auto& handle = *static_cast<c10::OperatorHandle*>(op);
    const auto& schema = handle.schema();
    const auto& declared = schema.arguments();
    TORCH_CHECK(argument_count <= static_cast<int64_t>(declared.size()), schema.name(), " takes ", declared.size(),
                " arguments, not ", argument_count);
    torch::jit::Stack stack;
    stack.reserve(declared.size());
    for (int64_t i = 0; i < argument_count; ++i) {
      stack.push_back(to_ivalue(arguments[i]));
    }
    for (size_t i = argument_count; i < declared.size(); ++i) {
      const auto& fallback = declared[i].default_value();
      TORCH_CHECK(fallback.has_value(), schema.name(), " needs the argument ", declared[i].name());
      stack.push_back(*fallback);
    }
    handle.callBoxed(&stack);
    try {
      for (auto& v : stack) {
        from_ivalue(std::move(v), results, capacity, result_count);
      }
    } catch (...) {
      for (int64_t i = 0; i < *result_count; ++i) {
        if (results[i].tag == kTensor) {
          drop(const_cast<void*>(results[i].pointer));
        }
      }
      *result_count = 0;
      throw;
    }
  });
}

// ---- tensors ---------------------------------------------------------------------------------------------

FLEXG_EXPORT void flexg_tensor_free(void* tensor) { drop(tensor); }

// Writes at most `capacity` sizes and strides; `dimensions` is always the true number.
FLEXG_EXPORT int flexg_tensor_info(void* tensor, int64_t* dtype, int64_t* device_type, int64_t* device_index,
                                   int64_t* dimensions, int64_t* sizes, int64_t* strides, int64_t capacity) {
  return guarded([&] {
    const auto t = borrow(tensor);
    *dtype = static_cast<int64_t>(t.scalar_type());
    *device_type = static_cast<int64_t>(t.device().type());
    *device_index = t.device().index();
    *dimensions = t.dim();
    for (int64_t i = 0; i < std::min<int64_t>(t.dim(), capacity); ++i) {
      sizes[i] = t.size(i);
      strides[i] = t.stride(i);
    }
  });
}

FLEXG_EXPORT int flexg_tensor_data(void* tensor, void** data) {
  return guarded([&] {
    const auto t = borrow(tensor);
    TORCH_CHECK(t.device().is_cpu(), "the data of a tensor on ", t.device(), " cannot be read in place");
    *data = t.data_ptr();
  });
}

// ---- autograd --------------------------------------------------------------------------------------------

FLEXG_EXPORT int flexg_requires_grad(void* tensor) { return borrow(tensor).requires_grad() ? 1 : 0; }

FLEXG_EXPORT int flexg_set_requires_grad(void* tensor, int value) {
  return guarded([&] { borrow(tensor).set_requires_grad(value != 0); });
}

FLEXG_EXPORT int flexg_grad(void* tensor, void** grad) {
  return guarded([&] { *grad = release(borrow(tensor).grad()); });
}

FLEXG_EXPORT int flexg_set_grad(void* tensor, void* grad) {
  return guarded([&] { borrow(tensor).mutable_grad() = grad ? borrow(grad) : at::Tensor(); });
}

FLEXG_EXPORT int flexg_backward(void* tensor, void* gradient, int keep_graph, int create_graph) {
  return guarded([&] {
    const auto gradients = gradient ? torch::autograd::variable_list{borrow(gradient)} : torch::autograd::variable_list{};
    torch::autograd::backward({borrow(tensor)}, gradients, keep_graph != 0, create_graph != 0);
  });
}

// d outputs[0] / d inputs; an input that the output does not depend on gets a null handle.
FLEXG_EXPORT int flexg_gradients(void* output, const void* const* inputs, int64_t count, int create_graph, void** gradients) {
  return guarded([&] {
    const auto result = torch::autograd::grad({borrow(output)}, borrow_all(inputs, count), {}, create_graph != 0,
                                              create_graph != 0, /*allow_unused=*/true);
    for (int64_t i = 0; i < count; ++i) {
      gradients[i] = release(result[i]);
    }
  });
}

// Returns the mode that was in force on this thread.
FLEXG_EXPORT int flexg_set_grad_mode(int enabled) {
  const bool before = c10::GradMode::is_enabled();
  c10::GradMode::set_enabled(enabled != 0);
  return before ? 1 : 0;
}

FLEXG_EXPORT int flexg_grad_mode() { return c10::GradMode::is_enabled() ? 1 : 0; }

// ---- threads, randomness, devices ------------------------------------------------------------------------

FLEXG_EXPORT int flexg_set_threads(int count) {
  return guarded([&] { at::set_num_threads(count); });
}

FLEXG_EXPORT int flexg_threads() { return at::get_num_threads(); }

FLEXG_EXPORT int flexg_manual_seed(uint64_t seed) {
  return guarded([&] { at::manual_seed(seed); });
}

FLEXG_EXPORT int flexg_cuda_devices() {
  int count = 0;
  return guarded([&] { count = static_cast<int>(torch::cuda::device_count()); }) == 0 ? count : 0;
}

FLEXG_EXPORT int flexg_cuda_synchronize(int index) {
  return guarded([&] { torch::cuda::synchronize(index); });
}

// bf16 autocast on CUDA; returns the mode that was in force on this thread. On the CPU libtorch 1.13's autocast fails in GroupNorm (mixed arguments).
FLEXG_EXPORT int flexg_set_cuda_autocast(int enabled) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  const bool before = at::autocast::is_autocast_enabled(at::kCUDA);
  at::autocast::set_autocast_enabled(at::kCUDA, enabled != 0);
  at::autocast::set_autocast_dtype(at::kCUDA, at::kBFloat16);
#else
  const bool before = at::autocast::is_enabled();
  at::autocast::set_enabled(enabled != 0);
  at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
#endif
  return before ? 1 : 0;
}

// Forgets the weights that autocast has rounded so far.
FLEXG_EXPORT void flexg_clear_autocast_cache() { at::autocast::clear_cache(); }
