using Flex.Torch;
using Flex.Torch.Random;

namespace Flex.Benchmarks;

/// <summary>Random numbers for the benchmarks, never zeros.</summary>
internal static class Numbers
{
    /// <summary>Standard normal numbers that outlive every scope.</summary>
    /// <param name="stream">Names them.</param>
    /// <param name="shape">Their shape.</param>
    public static Tensor Normal(uint stream, params long[] shape)
    {
        var values = Tensor.Empty(shape).DetachFromScope();
        CounterNoise.FillNormal(values.AsSpan<float>(), new NoiseKey(1, stream));
        return values;
    }

    /// <summary>The same in the memory order of convolutions.</summary>
    /// <param name="stream">Names them.</param>
    /// <param name="shape">(B, C, H, W).</param>
    public static Tensor Field(uint stream, params long[] shape)
    {
        using var values = Normal(stream, shape);
        return values.Contiguous(MemoryFormat.ChannelsLast).DetachFromScope();
    }
}
