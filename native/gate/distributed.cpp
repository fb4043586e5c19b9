// Processes that work together: the store at which they meet, and sums and broadcasts of tensors between them.

#include "distributed.h"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "gate.h"

#ifdef FLEXG_GLOO

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef FLEXG_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

namespace {

using Store = c10::intrusive_ptr<c10d::TCPStore>;
using std::chrono::milliseconds;

c10d::TCPStore& store_of(void* handle) { return **static_cast<Store*>(handle); }

c10::intrusive_ptr<flexg::Backend> open_gloo(const Store& store, int rank, int size, milliseconds timeout, const std::string& interface,
                                             const std::string& host) {
  auto options = c10d::ProcessGroupGloo::Options::create(timeout);
  options->devices.push_back(!interface.empty() ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
                             : !host.empty()    ? c10d::ProcessGroupGloo::createDeviceForHostname(host)
                                                : c10d::ProcessGroupGloo::createDefaultDevice());
  return c10::make_intrusive<c10d::ProcessGroupGloo>(store, rank, size, options);
}

c10::intrusive_ptr<flexg::Backend> open_nccl([[maybe_unused]] const Store& store, [[maybe_unused]] int rank, [[maybe_unused]] int size,
                                             [[maybe_unused]] milliseconds timeout) {
#ifdef FLEXG_NCCL
  auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = timeout;
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, options);
#else
  TORCH_CHECK(false, "this gate was built without NCCL");
#endif
}

}  // namespace

FLEXG_EXPORT const char* flexg_distributed_backends() {
#ifdef FLEXG_NCCL
  return "gloo nccl";
#else
  return "gloo";
#endif
}

// ---- the store -------------------------------------------------------------------------------------------

// Waits until the server is there, or the time is over.
FLEXG_EXPORT int flexg_store_open(const char* host, int port, int serve, int64_t timeout_ms, void** store) {
  return guarded([&] {
    c10d::TCPStoreOptions options;
    options.port = static_cast<uint16_t>(port);
    options.isServer = serve != 0;
    options.waitWorkers = false;
    options.timeout = milliseconds(timeout_ms);
    *store = new Store(c10::make_intrusive<c10d::TCPStore>(host, options));
  });
}

FLEXG_EXPORT void flexg_store_free(void* store) { delete static_cast<Store*>(store); }

// From now on an answer may take so long. The store looks at its limit only where it waits for a key, so one that is there is waited for.
FLEXG_EXPORT int flexg_store_set_timeout(void* store, int64_t timeout_ms) {
  return guarded([&] {
    auto& s = store_of(store);
    s.setTimeout(milliseconds(timeout_ms));
    s.add("here", 1);
    s.wait({"here"}, milliseconds(timeout_ms));
  });
}

FLEXG_EXPORT int flexg_store_add(void* store, const char* key, int64_t amount, int64_t* value) {
  return guarded([&] { *value = store_of(store).add(key, amount); });
}

FLEXG_EXPORT int flexg_store_set(void* store, const char* key, const char* text) {
  return guarded([&] { store_of(store).set(key, std::vector<uint8_t>(text, text + std::strlen(text))); });
}

// The text of a key, for flexg_text_free; null when nobody has set it.
FLEXG_EXPORT int flexg_store_get(void* store, const char* key, char** text) {
  *text = nullptr;
  return guarded([&] {
    if (store_of(store).check({key})) {
      const auto bytes = store_of(store).get(key);
      *text = static_cast<char*>(std::calloc(bytes.size() + 1, 1));
      std::memcpy(*text, bytes.data(), bytes.size());
    }
  });
}

FLEXG_EXPORT void flexg_text_free(char* text) { std::free(text); }

// ---- the group -------------------------------------------------------------------------------------------

// Connects all ranks; Gloo listens on the interface, at the address of the host, or at that of this machine's name.
FLEXG_EXPORT int flexg_group_open(
    void* store, const char* backend, int rank, int size, int64_t timeout_ms, const char* interface, const char* host, void** group) {
  return guarded([&] {
    const auto& meeting = *static_cast<Store*>(store);
    const milliseconds timeout(timeout_ms);
    *group = new flexg::Group{std::strcmp(backend, "nccl") == 0 ? open_nccl(meeting, rank, size, timeout)
                                                                : open_gloo(meeting, rank, size, timeout, interface, host)};
  });
}

// Waits for its threads, and they for what they do: for a group whose work is done.
FLEXG_EXPORT void flexg_group_free(void* group) { delete static_cast<flexg::Group*>(group); }

// Starts to replace a tensor by its sum over all ranks; flexg_work_wait ends it.
FLEXG_EXPORT int flexg_all_reduce(void* group, void* tensor, void** work) {
  return guarded([&] {
    std::vector<at::Tensor> tensors{borrow(tensor)};
    *work = new flexg::Work(static_cast<flexg::Group*>(group)->backend->allreduce(tensors));
  });
}

FLEXG_EXPORT int flexg_broadcast(void* group, void* tensor, int root, void** work) {
  return guarded([&] {
    std::vector<at::Tensor> tensors{borrow(tensor)};
    c10d::BroadcastOptions options;
    options.rootRank = root;
    *work = new flexg::Work(static_cast<flexg::Group*>(group)->backend->broadcast(tensors, options));
  });
}

// Waits for the end of what was started, and forgets it.
FLEXG_EXPORT int flexg_work_wait(void* work) {
  return guarded([&] {
    const std::unique_ptr<flexg::Work> started(static_cast<flexg::Work*>(work));
    (*started)->wait();
  });
}

#else

namespace {

int missing() {
  return guarded([] {
    TORCH_CHECK(false, "the gate was built without torch.distributed: this libtorch has no Gloo, or its headers (libgloo-dev) were missing");
  });
}

}  // namespace

FLEXG_EXPORT const char* flexg_distributed_backends() { return ""; }
FLEXG_EXPORT int flexg_store_open(const char*, int, int, int64_t, void**) { return missing(); }
FLEXG_EXPORT void flexg_store_free(void*) {}
FLEXG_EXPORT int flexg_store_set_timeout(void*, int64_t) { return missing(); }
FLEXG_EXPORT int flexg_store_add(void*, const char*, int64_t, int64_t*) { return missing(); }
FLEXG_EXPORT int flexg_store_set(void*, const char*, const char*) { return missing(); }
FLEXG_EXPORT int flexg_store_get(void*, const char*, char**) { return missing(); }
FLEXG_EXPORT void flexg_text_free(char*) {}
FLEXG_EXPORT int flexg_group_open(void*, const char*, int, int, int64_t, const char*, const char*, void**) { return missing(); }
FLEXG_EXPORT void flexg_group_free(void*) {}
FLEXG_EXPORT int flexg_all_reduce(void*, void*, void**) { return missing(); }
FLEXG_EXPORT int flexg_broadcast(void*, void*, int, void**) { return missing(); }
FLEXG_EXPORT int flexg_work_wait(void*) { return missing(); }

#endif
