using Flex.Torch;

namespace Flex.Fields.Grids;

/// <summary>
/// The waves of a forecast that are longer than a tile. Tiles do not see them and their answers disagree there, so these waves are those of
/// the first guess, the field carried along, less what viscosity takes.
/// </summary>
/// <remarks>
/// How much that is can be read off the waves that tiles do see: where they are one to a half tile long, what the answer has less than the guess
/// is fitted by ν·k²·X, and that goes on to longer waves. A fit over hundreds of waves is far more exact than each of them.
/// </remarks>
public static class LongWaves
{
    // Where the seen waves hold less of k⁴·X² than this fraction of the long ones, they are rounding errors.
    private const double LeastShare = 1e-6;

    /// <summary>What has to be added to an answer.</summary>
    /// <param name="answer">The answer made of tiles, (H, W) row by row, doubly periodic.</param>
    /// <param name="guess">The present carried along, likewise.</param>
    /// <param name="present">X, likewise.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="tile">The side of a tile in cells.</param>
    /// <returns>The difference, of waves longer than a tile alone.</returns>
    public static float[] Correction(float[] answer, float[] guess, float[] present, int height, int width, int tile)
    {
        using var scope = new TensorScope();
        Tensor Spectrum(float[] field) => Fft.Rfft2(Tensor.From<float>(field, height, width)).Contiguous();
        var result = Spectrum(guess) - Spectrum(answer);
        var missing = result.AsSpan<float>();
        var known = Spectrum(present).AsSpan<float>();
        var viscosity = Viscosity(missing, known, height, width, tile);
        for (var i = 0; i < missing.Length; i++)
        {
            var k2 = SquaredWavenumber(i / 2, height, width);
            missing[i] = k2 * tile * tile < 1 ? missing[i] - (float)(viscosity * k2 * known[i]) : 0;
        }

        return Fft.Irfft2(result, height, width).ToArray<float>();
    }

    // The least squares fit of guess − answer = ν·k²·X; a flow that grows there has none.
    private static double Viscosity(ReadOnlySpan<float> missing, ReadOnlySpan<float> known, int height, int width, int tile)
    {
        var (product, square, unseen) = (0.0, 0.0, 0.0);
        for (var i = 0; i < missing.Length; i++)
        {
            var k2 = SquaredWavenumber(i / 2, height, width);
            var curvature = k2 * known[i];
            switch (k2 * tile * tile)
            {
                case < 1:
                    unseen += curvature * curvature;
                    break;
                case < 4:
                    product += curvature * missing[i];
                    square += curvature * curvature;
                    break;
            }
        }

        return square > LeastShare * unseen ? Math.Max(0, product / square) : 0;
    }

    // In cycles a cell, of an entry of the half spectrum of a real field.
    private static double SquaredWavenumber(int entry, int height, int width)
    {
        var (row, column) = Math.DivRem(entry, (width / 2) + 1);
        var (ky, kx) = ((double)(2 * row <= height ? row : row - height) / height, (double)column / width);
        return (ky * ky) + (kx * kx);
    }
}
