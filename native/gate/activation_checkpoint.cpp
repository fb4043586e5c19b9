// Activation checkpointing: what the operators of a segment of a network would save for the backward pass is not kept. When the backward
// pass first asks for one of them, the segment is computed again, which yields them all.
//
// The graph is the same as without: same nodes, same order, one gradient for each parameter. Only the values that its nodes hold are made
// twice, by the same operators, of the same inputs and the same random numbers, so that every gradient has the same bits. libtorch has hooks for
// saved values, and asks its engine for them wherever it saves one; hence the engine of our own, which is libtorch's in everything else.

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/saved_variable_hooks.h>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "dropout.h"
#include "gate.h"

namespace {

using at::Tensor;

// What random operators draw from: the state of libtorch's generators, and the number of the first sample (dropout.h).
class RandomState {
 public:
  explicit RandomState(at::Device device) : first_sample_(flexg::first_sample()) {
    add(at::kCPU);
    if (!device.is_cpu()) {
      add(device);
    }
  }

  void restore() const {
    flexg::set_first_sample(first_sample_);
    for (auto [generator, state] : states_) {
      const std::lock_guard<std::mutex> lock(generator.mutex());
      generator.set_state(state);
    }
  }

 private:
  void add(at::Device device) {
    auto generator = at::globalContext().defaultGenerator(device);
    const std::lock_guard<std::mutex> lock(generator.mutex());
    states_.emplace_back(generator, generator.get_state());
  }

  int64_t first_sample_;
  std::vector<std::pair<at::Generator, Tensor>> states_;
};

// A part of the forward pass whose saved values are numbered in the order in which they are saved.
class Segment {
 public:
  // Computes the segment again, or fails with a text of at most so many bytes.
  using Recompute = int (*)(void* state, char* message, int64_t capacity);
  using Release = void (*)(void* state);

  Segment(at::Device device, Recompute recompute, Release release, void* state)
      : device_(device), random_(device), recompute_(recompute), release_(release), state_(state) {}

  ~Segment() { release_(state_); }

  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  size_t count_saved() { return saved_++; }

  void keep(const Tensor& value) { values_.push_back(value.tensor_data()); }

  // Every value is handed out once and then no longer held; a second pass over the same graph computes them again.
  Tensor take(size_t i) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (values_.empty() || !values_[i].defined()) {
      compute_again();
    }
    return std::exchange(values_[i], Tensor());
  }

 private:
  void compute_again();

  at::Device device_;
  RandomState random_;
  Recompute recompute_;
  Release release_;
  void* state_;
  size_t saved_ = 0;
  std::vector<Tensor> values_;
  std::mutex mutex_;
};

// The segment that this thread is in.
struct Position {
  std::shared_ptr<Segment> first_time;
  Segment* again = nullptr;
};

thread_local Position position;

// In place of a value saved in the forward pass.
class Absent : public torch::autograd::SavedVariableHooks {
 public:
  explicit Absent(std::shared_ptr<Segment> segment) : segment_(std::move(segment)) {}

  void call_pack_hook(const Tensor&) override { place_ = segment_->count_saved(); }

  Tensor call_unpack_hook() override { return segment_->take(place_); }

 private:
  std::shared_ptr<Segment> segment_;
  size_t place_ = 0;
};

// Of the second time only the values are wanted: its graph is dropped.
class Collected : public torch::autograd::SavedVariableHooks {
 public:
  explicit Collected(Segment& segment) : segment_(segment) {}

  void call_pack_hook(const Tensor& value) override { segment_.keep(value); }

  Tensor call_unpack_hook() override { TORCH_CHECK(false, "a segment that is computed again has no backward pass of its own"); }

 private:
  Segment& segment_;
};

void Segment::compute_again() {
  struct Restored {
    RandomState random;
    Position before;
    ~Restored() {
      position = std::move(before);
      random.restore();
    }
  } restored{RandomState(device_), std::exchange(position, Position{nullptr, this})};
  values_.clear();
  random_.restore();
  char message[1024] = "";
  const int status = recompute_(state_, message, sizeof message);
  const size_t made = values_.size();
  if (status != 0 || made != saved_) {
    values_.clear();
  }
  TORCH_CHECK(status == 0, "activations could not be computed again: ", message);
  TORCH_CHECK(made == saved_, "a segment saved ", saved_, " values in the forward pass and ", made, " when it was computed again");
}

class Engine : public torch::autograd::Engine {
 public:
  static torch::autograd::Engine& instance() {
    static Engine engine;
    return engine;
  }

  ~Engine() override { stop(); }

  std::unique_ptr<torch::autograd::SavedVariableHooks> get_default_saved_variable_hooks() override {
    if (position.again) {
      return std::make_unique<Collected>(*position.again);
    }
    return position.first_time ? std::make_unique<Absent>(position.first_time) : nullptr;
  }
};

}  // namespace

// From here to the end, on this thread, operators keep nothing for the backward pass. `state` belongs to the segment from now on, unless this
// fails, and is released with the graph; `like` tells the device.
FLEXG_EXPORT int flexg_activation_checkpoint_begin(
    void* like, Segment::Recompute recompute, Segment::Release release, void* state, void** before) {
  return guarded([&] {
    static std::once_flag once;
    std::call_once(once, [] { torch::autograd::set_default_engine_stub(&Engine::instance); });
    auto segment = std::make_shared<Segment>(borrow(like).device(), recompute, release, state);
    *before = new Position(std::exchange(position, Position{std::move(segment), nullptr}));
  });
}

FLEXG_EXPORT void flexg_activation_checkpoint_end(void* before) {
  position = std::move(*static_cast<Position*>(before));
  delete static_cast<Position*>(before);
}
