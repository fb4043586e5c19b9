using Flex.Diffusion.Sampling;

namespace Flex.Diffusion.Tiling;

/// <summary>How answers are drawn.</summary>
public sealed record SamplingSettings
{
    /// <summary>Steps and η.</summary>
    public DdimSampler Sampler { get; init; } = new();

    /// <summary>M, the number of members drawn for every field.</summary>
    public int Members { get; init; } = 1;

    /// <summary>The seed of the noise.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The least overlap of neighbouring tiles in fine cells; null is half a tile.</summary>
    public int? Overlap { get; init; }

    /// <summary>Tiles that go through the network together; it changes speed and memory, not the answer.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="InputException">One is impossible; the message names it.</exception>
    public void Validate()
    {
        if (Members < 1)
        {
            throw new InputException($"{Members} members are impossible: use 1 or more");
        }

        if (Batch < 1)
        {
            throw new InputException($"a batch of {Batch} tiles is impossible: use 1 or more");
        }
    }
}
