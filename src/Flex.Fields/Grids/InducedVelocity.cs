using Flex.Torch;

namespace Flex.Fields.Grids;

/// <summary>
/// The velocity of a doubly periodic, incompressible flow in two dimensions from its vorticity: ∇²ψ = −ω, u = ∂ψ/∂y, v = −∂ψ/∂x, without a mean
/// flow. Lengths are counted in cells, which are square, so that a velocity is in cells per unit of time.
/// </summary>
public static class InducedVelocity
{
    /// <summary>Computes the velocity by Fourier transforms.</summary>
    /// <param name="vorticity">ω, (H, W) row by row, with rows along y; its mean has no effect.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <returns>u along x and v along y, (H, W) each.</returns>
    public static (float[] U, float[] V) Of(ReadOnlySpan<float> vorticity, int height, int width)
    {
        using var scope = new TensorScope();
        var spectrum = Fft.Rfft2(Tensor.From(vorticity, height, width)).Contiguous();
        return (Derivative(spectrum, height, width, alongY: true), Derivative(spectrum, height, width, alongY: false));
    }

    // i·k_y·ψ̂ or −i·k_x·ψ̂ with ψ̂ = ω̂/k², back in physical space.
    private static float[] Derivative(Tensor vorticity, int height, int width, bool alongY)
    {
        var columns = (width / 2) + 1;
        using var scope = new TensorScope();
        var result = vorticity.Clone();
        var values = result.AsSpan<float>();
        for (var row = 0; row < height; row++)
        {
            var ky = Math.Tau * (2 * row < height ? row : row - height) / height;
            for (var column = 0; column < columns; column++)
            {
                var kx = Math.Tau * column / width;
                var k2 = (kx * kx) + (ky * ky);

                // An odd derivative of the Nyquist wave is zero at the points of the grid.
                var nyquist = alongY ? 2 * row == height : 2 * column == width;
                var factor = k2 == 0 || nyquist ? 0 : (float)((alongY ? ky : -kx) / k2);
                var at = 2 * ((row * columns) + column);
                (values[at], values[at + 1]) = (-factor * values[at + 1], factor * values[at]);
            }
        }

        return Fft.Irfft2(result, height, width).ToArray<float>();
    }
}
