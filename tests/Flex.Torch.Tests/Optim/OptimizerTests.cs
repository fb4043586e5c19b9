using Flex.Torch.Optim;
using Flex.Torch.Random;

namespace Flex.Torch.Tests.Optim;

public sealed class OptimizerTests : IDisposable
{
    private readonly TensorScope _scope = new();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void AdamW_FollowsTheHandWorkedSteps()
    {
        // g = 1, then −1. Step 1: m̂ = v̂ = 1. Step 2: m = 0.9·0.1 − 0.1 = −0.01, m̂ = −0.01/0.19; v = 0.0199, v̂ = 0.0199/0.0199 = 1.
        var p = Parameter([1f]);
        using var optimizer = new AdamW([("p", p)], 0.9, 0.99, weightDecay: 0, eps: 0);

        Step(optimizer, p, [1], 0.1);
        Assert.Equal(0.9, p.Item(), 1e-6);
        Step(optimizer, p, [-1], 0.1);
        Assert.Equal(0.9 + 0.1 * 0.01 / 0.19, p.Item(), 1e-6);
    }

    [Fact]
    public void AdamW_WithASteadyGradientWalksAtTheLearningRateAndDecays()
    {
        var p = Parameter([3f, -3]);
        using var optimizer = new AdamW([("p", p)], 0.9, 0.999, weightDecay: 0.5);

        for (var i = 0; i < 10; i++)
        {
            Step(optimizer, p, [0.3f, -7], 0.01);
        }

        // p ← 0.995·p ∓ 0.01: a geometric series, whatever the gradient's size.
        var shrink = Math.Pow(0.995, 10);
        var expected = 3 * shrink - 0.01 * (1 - shrink) / 0.005;
        Assert.Equal([expected, -expected], p.ToArray<float>().Select(x => (double)x), Near(1e-5));
    }

    [Fact]
    public void Lion_FollowsTheHandWorkedSteps()
    {
        // m = 0.02·0.5 = 0.01 after step 1, so in step 2 it outweighs a gradient of −0.04 (0.009 − 0.004 > 0); zero stays.
        var p = Parameter([1f, 1]);
        using var optimizer = new Lion([("p", p)], 0.9, 0.98, weightDecay: 0.1);

        Step(optimizer, p, [0.5f, 0], 0.01);
        Assert.Equal([0.999 - 0.01, 0.999], p.ToArray<float>().Select(x => (double)x), Near(1e-6));
        Step(optimizer, p, [-0.04f, 0], 0.01);
        Assert.Equal([0.989 * 0.999 - 0.01, 0.999 * 0.999], p.ToArray<float>().Select(x => (double)x), Near(1e-6));
        Assert.Equal(0.98 * 0.01 + 0.02 * -0.04, optimizer.State.Single().Value.ToArray<float>()[0], 1e-8);
    }

    [Theory]
    [InlineData("adamw", MemoryFormat.Contiguous)]
    [InlineData("adamw", MemoryFormat.ChannelsLast)]
    [InlineData("lion", MemoryFormat.Contiguous)]
    [InlineData("lion", MemoryFormat.ChannelsLast)]
    public void FusedLoops_AgreeWithTheTensorOperators(string kind, MemoryFormat format)
    {
        // Double precision has no fused loop. 5·3·3·3 elements leave a rest behind any vector width.
        var initial = Normal(0);
        var single = Parameter(initial, format, 5, 3, 3, 3);
        var fallback = Parameter(initial, MemoryFormat.ChannelsLast, 5, 3, 3, 3);
        var reference = _scope.Keep(Tensor.From<float>(initial, 5, 3, 3, 3).To(ScalarType.Float64));
        reference.RequiresGrad = true;
        using var ofSingle = Create(kind, single);
        using var ofFallback = Create(kind, fallback);
        using var ofReference = Create(kind, reference);

        for (uint step = 1; step <= 6; step++)
        {
            var gradient = Tensor.From<float>(Normal(step), 5, 3, 3, 3);
            single.Grad = gradient.Contiguous(format);
            fallback.Grad = gradient; // row-major for a channels-last parameter: the operators' form
            reference.Grad = gradient.To(ScalarType.Float64);
            ofSingle.Step(0.01, 0.5);
            ofFallback.Step(0.01, 0.5);
            ofReference.Step(0.01, 0.5);
        }

        Assert.Equal(reference.ToArray<double>(), single.ToArray<float>().Select(x => (double)x), Near(2e-6));
        Assert.Equal(reference.ToArray<double>(), fallback.ToArray<float>().Select(x => (double)x), Near(2e-6));
    }

    [Fact]
    public void Parameter_WithoutAGradientStays()
    {
        var (p, q) = (Parameter([1f]), Parameter([1f]));
        using var optimizer = new AdamW([("p", p), ("q", q)]);

        Step(optimizer, p, [1], 0.1);

        Assert.NotEqual(1, p.Item());
        Assert.Equal(1, q.Item());
    }

    [Fact]
    public void State_ContinuesWhereItWasSaved()
    {
        var (p, q) = (Parameter([1f, 2]), Parameter([1f, 2]));
        using var whole = new AdamW([("w", p)]);
        using var first = new AdamW([("w", q)]);
        Step(whole, p, [1, -2], 0.1);
        Step(first, q, [1, -2], 0.1);
        using var second = new AdamW([("w", q)]) { Steps = first.Steps };
        foreach (var ((name, target), (_, source)) in second.State.Zip(first.State))
        {
            Assert.StartsWith("exp_avg", name, StringComparison.Ordinal);
            target.CopyInPlace(source);
        }

        Step(whole, p, [3, 4], 0.1);
        Step(second, q, [3, 4], 0.1);

        Assert.Equal(p.ToArray<float>(), q.ToArray<float>());
    }

    [Fact]
    public void GradientNorm_IsThatOfAllParametersTogether()
    {
        var (p, q, unused) = (Parameter([0f, 0]), Parameter([0f]), Parameter([0f]));
        p.Grad = Tensor.From<float>([3, 4], 2);
        q.Grad = Tensor.From<float>([12], 1);
        (string, Tensor)[] all = [("p", p), ("q", q), ("unused", unused)];

        Assert.Equal(13, GradientNorm.Compute(all), 1e-12);
        Assert.Equal(1 / 13.0, GradientNorm.ClipFactor(13, 1), 1e-8);
        Assert.Equal(1, GradientNorm.ClipFactor(13, 20));
        Assert.Equal(1, GradientNorm.ClipFactor(13, 0));
        q.Grad = Tensor.From<float>([float.NaN], 1);
        Assert.False(double.IsFinite(GradientNorm.Compute(all)));
    }

    [Fact]
    public void GradientNorm_OfManyElementsKeepsItsDigits()
    {
        var p = _scope.Keep(Tensor.Zeros([1_000_003]));
        p.RequiresGrad = true;
        p.Grad = Tensor.Full([1_000_003], 0.1);

        Assert.Equal(0.1 * Math.Sqrt(1_000_003), GradientNorm.Compute([("p", p)]), 1e-4);
    }

    private static EqualityComparer<double> Near(double tolerance) =>
        EqualityComparer<double>.Create((a, b) => Math.Abs(a - b) <= tolerance * Math.Max(1, Math.Abs(a)));

    private static Optimizer Create(string kind, Tensor parameter) => kind == "lion"
        ? new Lion([("p", parameter)], 0.9, 0.98, weightDecay: 0.1)
        : new AdamW([("p", parameter)], 0.9, 0.99, weightDecay: 0.1);

    private static float[] Normal(uint step)
    {
        var values = new float[5 * 3 * 3 * 3];
        CounterNoise.FillNormal(values, new NoiseKey(5, 0, Step: step));
        return values;
    }

    private static Tensor Parameter(float[] values, MemoryFormat format = MemoryFormat.Contiguous, params long[] shape)
    {
        var parameter = Tensor.From<float>(values, shape.Length == 0 ? [values.Length] : shape).Contiguous(format);
        parameter.RequiresGrad = true;
        return parameter;
    }

    private static void Step(Optimizer optimizer, Tensor parameter, float[] gradient, double learningRate)
    {
        parameter.Grad = Tensor.From<float>(gradient, gradient.Length);
        optimizer.Step(learningRate);
    }
}
