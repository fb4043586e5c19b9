// Sums gradients over all ranks while the backward pass still runs: as soon as all gradients of a bucket are there, its sum begins.
//
// libtorch's own c10d::Reducer does so, too. It is not used because it orders its buckets anew after the first step, so that a run that
// was resumed would add in another order than one that was not, and because its interface changes between versions.

#include "distributed.h"
#include "gate.h"

#ifdef FLEXG_GLOO

#include <ATen/ATen.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/utils/lambda_post_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <memory>
#include <mutex>

namespace {

using torch::autograd::variable_list;

class GradientBuckets {
 public:
  GradientBuckets(c10::intrusive_ptr<flexg::Backend> backend, std::vector<at::Tensor> parameters, int64_t bucket_bytes)
      : backend_(std::move(backend)), parameters_(std::move(parameters)), places_(parameters_.size()) {
    // The backward pass comes to the last parameters first.
    int64_t elements = 0;
    for (size_t i = parameters_.size(); i-- > 0;) {
      const auto& p = parameters_[i];
      TORCH_CHECK(p.scalar_type() == parameters_[0].scalar_type() && p.device() == parameters_[0].device(),
                  "gradients of several types or devices cannot be reduced together");
      if (buckets_.empty() || (elements + p.numel()) * static_cast<int64_t>(p.element_size()) > bucket_bytes) {
        buckets_.emplace_back();
        elements = 0;
      }
      places_[i].bucket = buckets_.size() - 1;
      places_[i].offset = elements;
      buckets_.back().members.push_back(i);
      elements += p.numel();
    }
    for (auto& bucket : buckets_) {
      lay_out(bucket);
    }
    for (size_t i = 0; i < parameters_.size(); ++i) {
      auto node = torch::autograd::impl::grad_accumulator(parameters_[i]);
      const auto key = node->add_post_hook(std::make_unique<torch::autograd::utils::LambdaPostHook>(
          [this, i](const variable_list& outputs, const variable_list&) {
            arrived(i);
            return outputs;
          }));
      hooks_.emplace_back(std::move(node), key);
    }
  }

  ~GradientBuckets() {
    for (auto& [node, key] : hooks_) {
      node->del_post_hook(key);
    }
  }

  GradientBuckets(const GradientBuckets&) = delete;
  GradientBuckets& operator=(const GradientBuckets&) = delete;

  // The next backward pass is the last one of this step.
  void begin() {
    const std::lock_guard<std::mutex> lock(mutex_);
    next_ = 0;
    for (auto& bucket : buckets_) {
      bucket.missing = bucket.members.size();
      bucket.work.reset();
    }
    for (auto& place : places_) {
      place.filled = false;
    }
    active_ = true;
  }

  // Starts what is left, waits for all sums and makes them the gradients.
  void finish() {
    const std::lock_guard<std::mutex> lock(mutex_);
    const at::NoGradGuard no_grad;
    active_ = false;
    for (size_t i = 0; i < parameters_.size(); ++i) {
      if (!places_[i].filled) {
        fill(i);
      }
    }
    start_full_buckets();
    for (auto& bucket : buckets_) {
      bucket.work->wait();
      const auto used = bucket.used.cpu();
      for (size_t j = 0; j < bucket.members.size(); ++j) {
        const size_t i = bucket.members[j];
        // What no rank has used has no gradient, as in one process.
        parameters_[i].mutable_grad() = used[j].item<double>() > 0 ? places_[i].sum : at::Tensor();
      }
    }
  }

 private:
  struct Bucket {
    std::vector<size_t> members;
    at::Tensor flat;  // the gradients of the members, then for each 1 if it has one
    at::Tensor used;
    size_t missing = 0;
    flexg::Work work;
  };

  struct Place {
    size_t bucket = 0, index = 0;
    int64_t offset = 0;
    at::Tensor sum;  // the gradient inside the bucket, in the parameter's memory layout
    bool filled = false;
  };

  void lay_out(Bucket& bucket) {
    const auto& last = bucket.members.back();
    const int64_t elements = places_[last].offset + parameters_[last].numel();
    const auto count = static_cast<int64_t>(bucket.members.size());
    bucket.flat = at::zeros({elements + count}, parameters_[last].options().requires_grad(false).memory_format(at::MemoryFormat::Contiguous));
    bucket.used = bucket.flat.narrow(0, elements, count);
    for (size_t j = 0; j < bucket.members.size(); ++j) {
      const auto& p = parameters_[bucket.members[j]];
      auto& place = places_[bucket.members[j]];
      place.index = j;
      place.sum = p.is_non_overlapping_and_dense() ? bucket.flat.as_strided(p.sizes(), p.strides(), place.offset)
                                                   : bucket.flat.narrow(0, place.offset, p.numel()).view(p.sizes());
    }
  }

  void arrived(size_t i) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (active_ && !places_[i].filled) {
      const at::NoGradGuard no_grad;
      fill(i);
      start_full_buckets();
    }
  }

  void fill(size_t i) {
    auto& place = places_[i];
    auto& bucket = buckets_[place.bucket];
    const auto& gradient = parameters_[i].grad();
    if (gradient.defined()) {
      place.sum.copy_(gradient);
    } else {
      place.sum.zero_();
    }
    bucket.used[static_cast<int64_t>(place.index)].fill_(gradient.defined() ? 1 : 0);
    place.filled = true;
    --bucket.missing;
  }

  // All ranks start their sums in the same order.
  void start_full_buckets() {
    for (; next_ < buckets_.size() && buckets_[next_].missing == 0; ++next_) {
      std::vector<at::Tensor> tensors{buckets_[next_].flat};
      buckets_[next_].work = backend_->allreduce(tensors);
    }
  }

  std::mutex mutex_;
  c10::intrusive_ptr<flexg::Backend> backend_;
  std::vector<at::Tensor> parameters_;
  std::vector<Place> places_;
  std::vector<Bucket> buckets_;
  std::vector<std::pair<std::shared_ptr<torch::autograd::Node>, uintptr_t>> hooks_;
  size_t next_ = 0;
  bool active_ = false;
};

}  // namespace

FLEXG_EXPORT int flexg_gradient_buckets_create(
    void* group, const void* const* parameters, int64_t count, int64_t bucket_bytes, void** buckets) {
  return guarded([&] {
    *buckets = new GradientBuckets(static_cast<flexg::Group*>(group)->backend, borrow_all(parameters, count), bucket_bytes);
  });
}

FLEXG_EXPORT void flexg_gradient_buckets_free(void* buckets) { delete static_cast<GradientBuckets*>(buckets); }

FLEXG_EXPORT int flexg_gradient_buckets_begin(void* buckets) {
  return guarded([&] { static_cast<GradientBuckets*>(buckets)->begin(); });
}

FLEXG_EXPORT int flexg_gradient_buckets_finish(void* buckets) {
  return guarded([&] { static_cast<GradientBuckets*>(buckets)->finish(); });
}

#else

FLEXG_EXPORT int flexg_gradient_buckets_create(void*, const void* const*, int64_t, int64_t, void**) {
  return guarded([] { TORCH_CHECK(false, "the gate was built without torch.distributed"); });
}
FLEXG_EXPORT void flexg_gradient_buckets_free(void*) {}
FLEXG_EXPORT int flexg_gradient_buckets_begin(void*) { return 0; }
FLEXG_EXPORT int flexg_gradient_buckets_finish(void*) { return 0; }

#endif
