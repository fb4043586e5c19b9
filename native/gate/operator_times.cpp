// Where the time goes: how long every operator takes on the thread that calls it.

#include <ATen/record_function.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "gate.h"

namespace {

// Time inside operators on the thread that calls them: their own, without that of the operators they call.
struct OperatorTimes {
  struct Entry {
    int64_t calls = 0;
    double seconds = 0;
  };
  struct Running : at::ObserverContext {
    std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
    Running* caller = nullptr;
    double called = 0;
  };

  std::map<std::string, Entry> entries;
  Running* innermost = nullptr;

  std::unique_ptr<at::ObserverContext> enter() {
    auto running = std::make_unique<Running>();
    running->caller = innermost;
    innermost = running.get();
    return running;
  }

  void leave(const at::RecordFunction& function, Running& running) {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - running.start).count();
    innermost = running.caller;
    if (innermost) {
      innermost->called += seconds;
    }
    auto& entry = entries[function.name()];
    ++entry.calls;
    entry.seconds += seconds - running.called;
  }
};

thread_local std::unique_ptr<OperatorTimes> operator_times;
thread_local at::CallbackHandle operator_times_callback;

}  // namespace

// Begins to take the time of every operator, backward ones included, that this thread calls.
FLEXG_EXPORT int flexg_operator_times_start() {
  return guarded([] {
    TORCH_CHECK(!operator_times, "the times of operators are being taken already");
    operator_times = std::make_unique<OperatorTimes>();
    operator_times_callback = at::addThreadLocalCallback(
        at::RecordFunctionCallback([](const at::RecordFunction&) { return operator_times ? operator_times->enter() : nullptr; },
                                   [](const at::RecordFunction& function, at::ObserverContext* context) {
                                     if (operator_times && context) {
                                       operator_times->leave(function, *static_cast<OperatorTimes::Running*>(context));
                                     }
                                   })
            .scopes({at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION}));
  });
}

// Ends it. The result, one line "name<tab>calls<tab>seconds" for each operator, is valid until the next call on this thread.
FLEXG_EXPORT int flexg_operator_times_stop(const char** lines) {
  thread_local std::string text;
  return guarded([&] {
    TORCH_CHECK(operator_times, "the times of operators are not being taken");
    at::removeCallback(operator_times_callback);
    text.clear();
    for (const auto& [name, entry] : operator_times->entries) {
      text += name + '\t' + std::to_string(entry.calls) + '\t' + std::to_string(entry.seconds) + '\n';
    }
    operator_times.reset();
    *lines = text.c_str();
  });
}
