namespace Flex.Fields.Resampling;

/// <summary>The value at one position: a weighted sum of neighbouring points along an axis.</summary>
/// <param name="Offset">The first point used, relative to a base point.</param>
/// <param name="Weights">The weights of that point and the following ones; they sum to 1.</param>
/// <remarks>Keys, "Cubic convolution interpolation for digital image processing", IEEE Trans. ASSP 29 (1981).</remarks>
internal sealed record Stencil(int Offset, float[] Weights)
{
    // PyTorch's choice. Keys derives −0.5, which alone reproduces quadratics.
    private const double A = -0.75;

    /// <summary>The stencil at a position, relative to the base point.</summary>
    /// <remarks>Points of weight zero are left out: at a point the stencil is that point alone, whatever its neighbours.</remarks>
    public static Stencil At(double position, Interpolation interpolation)
    {
        var floor = (int)Math.Floor(position);
        var f = position - floor;
        if (f == 0)
        {
            return new Stencil(floor, [1]);
        }

        return interpolation == Interpolation.Bilinear
            ? new Stencil(floor, [(float)(1 - f), (float)f])
            : new Stencil(floor - 1, [(float)Far(1 + f), (float)Near(f), (float)Near(1 - f), (float)Far(2 - f)]);
    }

    // The kernel for distances d ≤ 1 and 1 < d < 2.
    private static double Near(double d) => (((((A + 2) * d) - (A + 3)) * d) * d) + 1;

    private static double Far(double d) => (((((A * d) - (5 * A)) * d) + (8 * A)) * d) - (4 * A);
}
