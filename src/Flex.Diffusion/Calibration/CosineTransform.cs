using Flex.Torch;

namespace Flex.Diffusion.Calibration;

/// <summary>
/// The orthonormal two-dimensional cosine transform (DCT-II) of square tiles: scales of a field without the jumps that a Fourier
/// transform sees at a tile's edges (Ahmed, Natarajan and Rao 1974, IEEE Trans. Comput. C-23, 90–93).
/// </summary>
public static class CosineTransform
{
    /// <summary>The matrix of the one-dimensional transform.</summary>
    /// <param name="length">P ≥ 1.</param>
    /// <param name="device">Where it shall be.</param>
    /// <returns>(P, P), orthogonal; row r has r half waves; in the caller's scope.</returns>
    public static Tensor Matrix(int length, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        using var scope = new TensorScope();
        var values = new float[length * length];
        for (var r = 0; r < length; r++)
        {
            var norm = Math.Sqrt((r == 0 ? 1.0 : 2.0) / length);
            for (var x = 0; x < length; x++)
            {
                values[(r * length) + x] = (float)(norm * Math.Cos(Math.PI * r * (x + 0.5) / length));
            }
        }

        return scope.Keep(Tensor.From<float>(values, length, length).To(device));
    }

    /// <summary>Transforms tiles.</summary>
    /// <param name="tiles">(…, P, P).</param>
    /// <param name="matrix">The matrix; its transpose transforms back.</param>
    /// <returns>(…, P, P), in the caller's scope.</returns>
    public static Tensor Apply(Tensor tiles, Tensor matrix)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        ArgumentNullException.ThrowIfNull(matrix);
        using var scope = new TensorScope();
        return scope.Keep(matrix.MatMul(tiles).MatMul(matrix.Transpose(0, 1)));
    }
}
