using Flex.Torch;

namespace Flex.Diffusion.Backbones.Flex;

/// <summary>How fields enter the networks, and leave them.</summary>
public enum Stem
{
    /// <summary>By a convolution on their own grid, as in the paper.</summary>
    Convolution,

    /// <summary>
    /// Each 2×2 cells become four channels of one cell before the first convolution, and are parted again after the last: all widths the
    /// same, a quarter of the work.
    /// </summary>
    SpaceToDepth,
}

/// <summary>What a stem does with fields.</summary>
internal static class StemExtensions
{
    private const int Block = 2;

    /// <summary>How many cells along each side become one.</summary>
    internal static int Reduction(this Stem stem) => stem == Stem.SpaceToDepth ? Block : 1;

    /// <summary>From a field's grid to the networks'.</summary>
    /// <param name="stem">The stem.</param>
    /// <param name="x">(B, C, H, W).</param>
    /// <returns>(B, r²·C, H/r, W/r), in the caller's scope.</returns>
    internal static Tensor Enter(this Stem stem, Tensor x) => stem == Stem.SpaceToDepth ? Functional.PixelUnshuffle(x, Block) : x;

    /// <summary>Undoes <see cref="Enter"/>.</summary>
    /// <param name="stem">The stem.</param>
    /// <param name="x">(B, r²·C, H/r, W/r).</param>
    /// <returns>(B, C, H, W), in the caller's scope.</returns>
    internal static Tensor Leave(this Stem stem, Tensor x) => stem == Stem.SpaceToDepth ? Functional.PixelShuffle(x, Block) : x;
}
