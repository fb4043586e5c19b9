// conv2d with a 3×3 kernel, stride 1 and float32 on the CPU by the algorithm of winograd.h, with its own backward.
// A result does not depend on the number of threads: no sum is split between them in a way that does.

#include "winograd.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <utility>

namespace {

using at::Tensor;

// Numbers of channels are multiples of this on every processor.
constexpr int64_t kChannels = 32;
static_assert(kChannels % winograd::kPanel == 0);

Tensor channels_last(const Tensor& t) { return t.contiguous(at::MemoryFormat::ChannelsLast); }

winograd::Geometry geometry_of(const Tensor& input, int64_t padding) { return {input.size(0), input.size(2), input.size(3), padding}; }

template <typename F>
void parallel_items(int64_t count, F body) {
  at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) { body(begin, end); });
}

enum class Direction { kForward, kBackward };

// A weight (K, C, 3, 3) in channels-last memory, from the side of a correlation: the layer's own, or that of its input's gradient.
struct Kernels {
  const Tensor& weight;
  Direction direction;

  bool forward() const { return direction == Direction::kForward; }
  int64_t in() const { return weight.size(forward() ? 1 : 0); }
  int64_t out() const { return weight.size(forward() ? 0 : 1); }

  // The lanes from `first` on of `results` result channels that begin with k0: 36 planes (results/kPanel, in, kPanel).
  void transform(int64_t k0, int64_t results, int64_t first, float* planes) const {
    const float* from = weight.data_ptr<float>() + k0 * (forward() ? 9 * in() : 1);
    (forward() ? winograd::transform_kernels_forward : winograd::transform_kernels_backward)(from, weight.size(1), weight.size(0), results, first, planes);
  }
};

// All of them.
Tensor transformed(const Kernels& kernels) {
  const int64_t out = kernels.out();
  auto planes = at::empty({winograd::kPoints * winograd::plane(kernels.in(), out)}, kernels.weight.options().memory_format(at::MemoryFormat::Contiguous));
  float* to = planes.data_ptr<float>();
  parallel_items(out / winograd::kLanes, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      kernels.transform(0, out, i * winograd::kLanes, to);
    }
  });
  return planes;
}

// Few tiles and many channels: threads share the channels, and a panel of kernels is used where it has been transformed. All of them at
// once would be the largest buffer of a network.
void correlate_panels(const winograd::Geometry& g, const float* input, const Kernels& kernels, const float* bias, float* output) {
  constexpr int64_t panel = winograd::kPanel;
  const int64_t in = kernels.in(), tiles = g.tiles();
  parallel_items(kernels.out() / panel, [&](int64_t begin, int64_t end) {
    winograd::Buffer planes(winograd::kPoints * winograd::plane(tiles, in)), turned(winograd::kPoints * winograd::plane(in, panel)),
        products(winograd::kPoints * winograd::plane(tiles, panel));
    winograd::transform_inputs(g, input, in, 0, in, 0, tiles, planes.get());
    for (int64_t k0 = begin * panel; k0 < end * panel; k0 += panel) {
      for (int64_t lane = 0; lane < panel; lane += winograd::kLanes) {
        kernels.transform(k0, panel, lane, turned.get());
      }
      winograd::multiply_planes(planes.get(), tiles, in, turned.get(), winograd::plane(in, panel), panel, products.get());
      winograd::transform_outputs(g, products.get(), bias, kernels.out(), k0, panel, 0, tiles, output);
    }
  });
}

// Many tiles: threads share them.
void correlate_tiles(const winograd::Geometry& g, const float* input, const Kernels& kernels, const float* bias, float* output) {
  const int64_t in = kernels.in(), out = kernels.out(), tiles = g.tiles(), threads = at::get_num_threads();
  const auto turned = transformed(kernels);
  // Even shares.
  const int64_t wanted = std::max((tiles + winograd::kTilesAtOnce - 1) / winograd::kTilesAtOnce, std::min(threads, tiles / winograd::kRows));
  const int64_t rounds = std::max<int64_t>(1, (wanted + threads - 1) / threads * threads);
  const int64_t block = std::min(winograd::kTilesAtOnce, ((tiles + rounds - 1) / rounds + winograd::kRows - 1) / winograd::kRows * winograd::kRows);
  parallel_items((tiles + block - 1) / block, [&](int64_t begin, int64_t end) {
    winograd::Buffer planes(winograd::kPoints * winograd::plane(block, in)), products(winograd::kPoints * winograd::plane(block, out));
    for (int64_t first = begin * block; first < std::min(end * block, tiles); first += block) {
      winograd::correlate_block(g, input, in, turned.data_ptr<float>(), bias, out, 0, out, first, std::min(first + block, tiles), planes.get(),
                                products.get(), output);
    }
  });
}

// The correlation of a channels-last input.
Tensor correlate(const Tensor& input, const Kernels& kernels, const Tensor& bias, int64_t padding) {
  const auto g = geometry_of(input, padding);
  auto output = at::empty({g.batch, kernels.out(), g.out_height(), g.out_width()}, input.options().memory_format(at::MemoryFormat::ChannelsLast));
  const bool few = g.tiles() <= winograd::kTilesAtOnce && kernels.out() / winograd::kPanel >= at::get_num_threads();
  (few ? correlate_panels : correlate_tiles)(
      g, input.data_ptr<float>(), kernels, bias.defined() ? bias.data_ptr<float>() : nullptr, output.data_ptr<float>());
  return output;
}

Tensor kernel_gradient(const Tensor& input, const Tensor& gradient, int64_t padding) {
  constexpr int64_t kWidest = 64, kFewestItems = 16, kFewestTiles = 32;
  const auto g = geometry_of(input, padding);
  const int64_t in = input.size(1), out = gradient.size(1), tiles = g.tiles();
  const int64_t width = in % kWidest == 0 ? kWidest : winograd::kPanel;
  const int64_t parts = in / width, panels = out / winograd::kPanel;
  // Narrow layers are cut along the tiles too, into as many pieces on every machine.
  const int64_t pieces = std::max<int64_t>(1, std::min(kFewestItems / (parts * panels), tiles / kFewestTiles));
  const int64_t piece = (tiles + pieces - 1) / pieces;
  auto sums = at::empty({parts, panels, pieces, 9, width, winograd::kPanel}, input.options().memory_format(at::MemoryFormat::Contiguous));
  parallel_items(parts * panels * pieces, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t part = i / pieces / panels, panel = i / pieces % panels, first = i % pieces * piece;
      winograd::kernel_gradient_block(g, input.data_ptr<float>(), in, gradient.data_ptr<float>(), out, part * width, width,
                                      panel * winograd::kPanel, std::min(first, tiles), std::min(first + piece, tiles),
                                      sums.data_ptr<float>() + i * 9 * width * winograd::kPanel);
    }
  });
  auto result = at::empty({out, in, 3, 3}, input.options().memory_format(at::MemoryFormat::ChannelsLast));
  parallel_items(parts * panels, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      winograd::join_kernel_gradients(sums.data_ptr<float>() + i * pieces * 9 * width * winograd::kPanel, pieces, width, in,
                                      result.data_ptr<float>() + i % panels * winograd::kPanel * 9 * in + i / panels * width);
    }
  });
  return result;
}

class Convolution : public torch::autograd::Function<Convolution> {
 public:
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& input, const Tensor& weight, const Tensor& bias, int64_t padding) {
    const auto x = channels_last(input), w = channels_last(weight);
    context->save_for_backward({x, w});
    context->saved_data["padding"] = padding;
    return correlate(x, {w, Direction::kForward}, bias.contiguous(), padding);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &x = saved[0], &w = saved[1];
    const int64_t padding = context->saved_data["padding"].toInt();
    const auto gy = channels_last(gradients[0]);
    const bool for_input = context->needs_input_grad(0), for_weight = context->needs_input_grad(1), for_bias = context->needs_input_grad(2);
    return {for_input ? correlate(gy, {w, Direction::kBackward}, Tensor(), 2 - padding) : Tensor(),
            for_weight ? kernel_gradient(x, gy, padding) : Tensor(), for_bias ? gy.sum(at::IntArrayRef{0, 2, 3}) : Tensor(), Tensor()};
  }
};

Tensor convolution(const Tensor& x, const Tensor& weight, const Tensor& bias, int64_t padding) {
  TORCH_CHECK(x.device().is_cpu() && x.scalar_type() == at::kFloat && x.dim() == 4 && weight.dim() == 4 && weight.size(2) == 3 &&
                  weight.size(3) == 3 && weight.size(1) == x.size(1) && weight.size(0) % kChannels == 0 &&
                  weight.size(1) % kChannels == 0 && (padding == 0 || padding == 1) && x.size(2) + 2 * padding > 2 && x.size(3) + 2 * padding > 2,
              "conv3x3 takes float32 (B, C, H, W) on the CPU and a weight (K, C, 3, 3), C and K multiples of ", kChannels);
  return Convolution::apply(x, weight, bias, padding);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(flexg, library) {
  library.def("conv3x3(Tensor x, Tensor weight, Tensor bias, int padding) -> Tensor",
              torch::dispatch(c10::DispatchKey::CompositeImplicitAutograd, TORCH_FN(convolution)));
}
