namespace Flex.Diffusion.Calibration;

/// <summary>
/// The scales of a tile in octaves: around 2, 4, 8 … P half waves per side. A wave in between belongs to its two neighbours,
/// linearly in its logarithm, so that what is done by octaves has no jumps.
/// </summary>
public static class OctaveBands
{
    /// <summary>The number of bands of a tile.</summary>
    /// <param name="patch">P ≥ 2.</param>
    /// <returns>⌊log₂ P⌋.</returns>
    public static int Count(int patch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patch, 2);
        return (int)Math.Log2(patch);
    }

    /// <summary>How much each coefficient of a cosine transform belongs to each band.</summary>
    /// <param name="patch">P ≥ 2.</param>
    /// <returns>(P·P, <see cref="Count"/>) row by row; every row sums to 1.</returns>
    public static float[] Membership(int patch)
    {
        var bands = Count(patch);
        var membership = new float[patch * patch * bands];
        for (var i = 0; i < patch * patch; i++)
        {
            var (y, x) = Math.DivRem(i, patch);
            var position = Math.Clamp((0.5 * Math.Log2(Math.Max((y * y) + (x * x), 1))) - 1, 0, bands - 1);
            var lower = Math.Min((int)position, bands - 1);
            var upper = Math.Min(lower + 1, bands - 1);
            membership[(i * bands) + lower] += (float)(1 - (position - lower));
            membership[(i * bands) + upper] += (float)(position - lower);
        }

        return membership;
    }
}
