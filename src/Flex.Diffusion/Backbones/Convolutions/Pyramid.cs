using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Convolutions;

/// <summary>The resolution levels of a U-Net, finest first, and what stands on them.</summary>
public sealed record Pyramid
{
    /// <summary>Channels of each level.</summary>
    public required IReadOnlyList<int> Channels { get; init; }

    /// <summary>Residual blocks of each level.</summary>
    public required IReadOnlyList<int> ResBlocks { get; init; }

    /// <summary>What all residual blocks share.</summary>
    public required ResidualForm Form { get; init; }

    /// <summary>Whether a down step follows the last level too, as in FLEX: the grid is then divided by 2^L instead of 2^(L−1).</summary>
    public bool ReducesLast { get; init; }

    /// <summary>Whether the down steps are strided convolutions instead of residual blocks.</summary>
    public bool StridedDown { get; init; }

    /// <summary>The levels, from 0, whose residual blocks are followed by attention.</summary>
    public IReadOnlyList<int> AttentionLevels { get; init; } = [];

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 1;

    /// <summary>L.</summary>
    public int Levels => Channels.Count;

    /// <summary>Whether a down step follows a level.</summary>
    /// <param name="level">The level, from 0.</param>
    /// <returns>Yes or no.</returns>
    public bool Reduces(int level) => ReducesLast || level < Levels - 1;

    /// <summary>The attention that follows a residual block.</summary>
    /// <param name="level">The level, from 0.</param>
    /// <returns>One layer or none.</returns>
    internal Module[] Attention(int level) => AttentionLevels.Contains(level) ? [new SpatialAttention(Channels[level], Heads)] : [];

    /// <summary>The down step after a level.</summary>
    /// <param name="level">The level, from 0.</param>
    /// <returns>The layer.</returns>
    internal Module Down(int level) => StridedDown
        ? new StridedDown(Channels[level], Form.Padding)
        : new ResidualBlock(Channels[level], Channels[level], Form, Resize.Down);
}
