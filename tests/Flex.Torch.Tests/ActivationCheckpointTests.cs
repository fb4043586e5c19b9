using Flex.Torch.Distributed;
using Flex.Torch.Random;
using Flex.Torch.Tests.Support;

namespace Flex.Torch.Tests;

/// <summary>Segments that are computed twice against the same ones that keep everything: the same bits.</summary>
public sealed class ActivationCheckpointTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void Losses_and_gradients_have_the_same_bits(double dropout)
    {
        using var scope = new TensorScope();
        var calls = 0;
        var plain = new Net(dropout, (segment, inputs) => segment(inputs));
        var checkpointed = new Net(dropout, (segment, inputs) => ActivationCheckpoint.Run(again => { calls++; return segment(again); }, inputs));
        Assert.Equal(plain.LossAndGradients(), checkpointed.LossAndGradients());

        // Each of the three segments once forward and once backward.
        Assert.Equal(6, calls);
    }

    [Fact]
    public void What_dropout_drops_afterwards_is_the_same_too()
    {
        using var scope = new TensorScope();
        var ones = Tensor.Ones([1000]);
        float[] After(Net net)
        {
            net.LossAndGradients();
            return Functional.Dropout(ones, 0.5, training: true).ToArray<float>();
        }

        Assert.Equal(After(Plain()), After(Checkpointed()));
    }

    [Fact]
    public void Dropout_belongs_to_the_samples_of_the_forward_pass_whatever_comes_between()
    {
        using var scope = new TensorScope();
        float[] Gradient(bool checkpointed)
        {
            var x = Normal(1, 3, 64);
            x.RequiresGrad = true;
            Tensor Drop(Tensor[] inputs) => Functional.Dropout(inputs[0].Square(), 0.5, training: true).Square();
            Engine.ManualSeed(5, firstSample: 2);
            var loss = (checkpointed ? ActivationCheckpoint.Run(Drop, x) : Drop([x])).Sum();
            Engine.ManualSeed(6);
            OnThread(() => loss.Backward());
            return x.Grad!.ToArray<float>();
        }

        Assert.Equal(Gradient(checkpointed: false), Gradient(checkpointed: true));
    }

    [Fact]
    public void A_graph_that_is_kept_gives_its_gradients_again()
    {
        using var scope = new TensorScope();
        var x = Normal(1, 4, 8);
        x.RequiresGrad = true;
        Engine.ManualSeed(5);
        var loss = ActivationCheckpoint.Run(inputs => Functional.Softmax(Functional.Dropout(inputs[0].Square(), 0.3, training: true), 1).Square(), x).Sum();
        loss.Backward(keepGraph: true);
        var first = x.Grad!.ToArray<float>();
        x.Grad = null;
        loss.Backward();
        Assert.Equal(first, x.Grad!.ToArray<float>());
    }

    [Fact]
    public void Gradients_are_added_up_over_ranks_once_for_each_parameter()
    {
        // One parameter, used by two segments: its sum may begin only when both have had their say.
        static object Gradient(ProcessGroup group, bool checkpointed)
        {
            using var scope = new TensorScope();
            var (weight, x) = (Normal(1, 8, 8), Normal((uint)group.Rank + 2, 4, 8));
            weight.RequiresGrad = true;
            using var buckets = new GradientBuckets(group, [weight], 1);
            Tensor Layer(Tensor y) => checkpointed ? ActivationCheckpoint.Run(Apply, y) : Apply([y]);
            Tensor Apply(Tensor[] inputs) => Functional.Silu(Functional.Linear(inputs[0], weight, null));
            buckets.Begin();
            Layer(Layer(x)).Square().Sum().Backward();
            buckets.Finish();
            return weight.Grad!.ToArray<float>();
        }

        var plain = Ranks.Run(2, group => Gradient(group, checkpointed: false));
        var checkpointed = Ranks.Run(2, group => Gradient(group, checkpointed: true));
        Assert.Equal(Assert.IsType<float[]>(plain[0]), Assert.IsType<float[]>(checkpointed[0]));
        Assert.Equal(plain[0], checkpointed[1]);
    }

    [Fact]
    public void Without_gradients_a_segment_is_applied_once_and_may_overwrite_its_input()
    {
        using var scope = new TensorScope();
        using var noGrad = GradMode.NoGrad();
        var (x, calls) = (Normal(1, 4), 0);
        var y = ActivationCheckpoint.Run(inputs => { calls++; return Functional.AddTo(inputs[0], inputs[0]); }, x);
        Assert.Equal(1, calls);
        Assert.Equal(y.ToArray<float>(), x.ToArray<float>());
    }

    [Fact]
    public void An_exception_in_the_second_computation_leaves_the_backward_pass()
    {
        var before = Engine.LiveTensors;
        using (new TensorScope())
        {
            var (x, calls) = (Normal(1, 4), 0);
            x.RequiresGrad = true;
            var loss = ActivationCheckpoint.Run(
                inputs => calls++ == 0 ? inputs[0].Square() : throw new InputException("not a second time, žádné"), x).Sum();
            var e = Assert.Throws<TorchException>(() => loss.Backward());
            Assert.Contains("activations could not be computed again: not a second time, žádné", e.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, Engine.LiveTensors);
        Losses_and_gradients_have_the_same_bits(0.3);
    }

    [Fact]
    public void An_exception_in_the_first_computation_is_itself_and_what_follows_is_kept()
    {
        using var scope = new TensorScope();
        var (x, calls) = (Normal(1, 4), 0);
        x.RequiresGrad = true;
        Assert.Throws<InputException>(() => ActivationCheckpoint.Run(inputs =>
        {
            calls++;
            inputs[0].Square();
            throw new InputException("not at all");
        }, x));
        x.Square().Sum().Backward();
        Assert.Equal(1, calls);
        Assert.Equal((x * 2).ToArray<float>(), x.Grad!.ToArray<float>());
    }

    [Fact]
    public void A_segment_that_does_something_else_the_second_time_is_refused()
    {
        using var scope = new TensorScope();
        var (x, calls) = (Normal(1, 4), 0);
        x.RequiresGrad = true;
        var loss = ActivationCheckpoint.Run(inputs => calls++ == 0 ? inputs[0].Square() : inputs[0].Square().Square(), x).Sum();
        Assert.Contains("saved 1 values in the forward pass and 2", Assert.Throws<TorchException>(() => loss.Backward()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_tensor_is_left_with_or_without_a_backward_pass(bool backward)
    {
        var before = Engine.LiveTensors;
        for (var i = 0; i < 3; i++)
        {
            using var scope = new TensorScope();
            var loss = Checkpointed().Loss();
            Assert.True(Engine.LiveTensors > before);
            if (backward)
            {
                loss.Backward();
            }
        }

        Assert.Equal(before, Engine.LiveTensors);
    }

    private static Net Plain() => new(0.3, (segment, inputs) => segment(inputs));

    private static Net Checkpointed() => new(0.3, ActivationCheckpoint.Run);

    private static void OnThread(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
    }

    private static Tensor Normal(uint stream, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        CounterNoise.FillNormal(values, new NoiseKey(1, stream));
        return Tensor.From<float>(values, shape);
    }

    /// <summary>Three segments of the same weights, whose inputs are used within and after them: every sum of gradients has several terms.</summary>
    private sealed class Net(double dropout, Func<Func<Tensor[], Tensor>, Tensor[], Tensor> apply)
    {
        private readonly Tensor[] _leaves = Leaves();

        public Tensor Loss()
        {
            using var scope = new TensorScope();
            var (x, scale) = (_leaves[0], _leaves[1]);
            var (first, second) = (_leaves[2], _leaves[3]);
            Engine.ManualSeed(7, firstSample: 1);
            var sum = x;
            for (var i = 0; i < 3; i++)
            {
                var y = apply(inputs => Block(inputs[0], inputs[1], first, second), [x, scale]);
                sum += y * x;
                x = y;
            }

            return scope.Keep(sum.Square().Mean());
        }

        /// <summary>The loss, then the gradients of inputs and parameters.</summary>
        public List<float[]> LossAndGradients()
        {
            Array.ForEach(_leaves, leaf => leaf.Grad = null);
            var loss = Loss();
            loss.Backward();
            return [loss.ToArray<float>(), .. _leaves.Select(leaf => leaf.Grad!.ToArray<float>())];
        }

        private Tensor Block(Tensor x, Tensor scale, Tensor weight, Tensor bias)
        {
            using var scope = new TensorScope();
            var h = Functional.GroupNormSilu(x, 8, bias, bias, scale, null, dropout: dropout, spent: true);
            h = Functional.Conv3x3(h, weight, bias, 1);
            h = Functional.Dropout(Functional.Gelu(h, tanh: true), dropout, training: true);
            return scope.Keep(Functional.AddTo(h, x) * Functional.Softmax(x, 1));
        }

        private static Tensor[] Leaves()
        {
            Tensor[] leaves = [Normal(1, 2, 32, 8, 8).Contiguous(MemoryFormat.ChannelsLast), Normal(2, 2, 32), Normal(3, 32, 32, 3, 3), Normal(4, 32)];
            leaves[2] = (leaves[2] * 0.1).Detach();
            Array.ForEach(leaves, leaf => leaf.RequiresGrad = true);
            return leaves;
        }
    }
}
