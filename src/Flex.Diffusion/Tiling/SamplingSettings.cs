using Flex.Diffusion.Calibration;
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
    /// <remarks>
    /// More overlap costs time and gains accuracy, for a tile knows least at its edges: on KT-512 at Re 1500 with tiles of 64 cells, overlaps
    /// of 16, 24 and 32 gave 0.577, 0.567 and 0.562 of bicubic's error, with 121, 169 and 256 tiles.
    /// </remarks>
    public int? Overlap { get; init; }

    /// <summary>Tiles that go through the network together: speed against memory. The answer is the same up to float32 rounding.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Whether members are drawn in random orientations among those that the model was trained in; else all in the field's own.</summary>
    public bool Turned { get; init; } = true;

    /// <summary>Whether members that are drawn from one condition are given the spread that the model's correction says, where it has one.</summary>
    public bool CorrectSpread { get; init; } = true;

    /// <summary>The correction in the place of the model's own; null is the model's.</summary>
    public SpreadCorrection? Spread { get; init; }

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
