using System.Numerics;
using Flex.Torch.Random;

namespace Flex.Fields.Solvers;

/// <summary>
/// Random initial flows with the energy spectrum E(k) ∝ k⁴·exp(−(k/k_p)²) and √⟨u² + v²⟩ = 1. The phase of a mode is a
/// function of (seed, kx, ky) alone and its size does not depend on the grid either, so finer grids only add modes.
/// </summary>
/// <param name="PeakWavenumber">k_p &gt; 0; the spectrum's peak is at √2·k_p.</param>
public sealed record KraichnanSpectrum(double PeakWavenumber = 10)
{
    /// <summary>Sets ω̂ of the initial flow.</summary>
    /// <param name="vorticity">Receives ω̂; modes beyond its cutoff are left out.</param>
    /// <param name="seed">The seed of the phases.</param>
    /// <typeparam name="T">Precision.</typeparam>
    /// <exception cref="InputException">The peak wavenumber is not positive, or the grid does not resolve the spectrum.</exception>
    public void Fill<T>(SpectralField<T> vorticity, ulong seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(vorticity);
        var cutoff = vorticity.Grid.Cutoff;
        if (!(PeakWavenumber > 0) || 2 * PeakWavenumber > cutoff)
        {
            throw new InputException(
                $"the initial spectrum has k_p = {PeakWavenumber}: a grid of {vorticity.Grid.Size}² takes values in (0, {cutoff / 2.0}]");
        }

        var scale = 1 / Math.Sqrt(MeanSquareVelocity());
        vorticity.Re.Clear();
        vorticity.Im.Clear();
        for (var ky = -cutoff; ky <= cutoff; ky++)
        {
            for (var kx = 0; kx <= cutoff; kx++)
            {
                // Of the modes with kx = 0 those with ky > 0 are free; the others are their conjugates.
                if (kx > 0 || ky > 0)
                {
                    vorticity[kx, ky] = Complex.FromPolarCoordinates(scale * VorticityAmplitude(kx, ky), Phase(seed, kx, ky));
                }
            }
        }
    }

    /// <summary>A phase uniform in [0, 2π).</summary>
    private static double Phase(ulong seed, int kx, int ky) =>
        2 * Math.PI * Philox.Block(((uint)kx, (uint)ky, 0, 0), seed).W0 / (1L << 32);

    /// <summary>|ω̂| = k|û| before scaling: the energy of a shell, E(k), is shared by modes in number proportional to k.</summary>
    private double VorticityAmplitude(int kx, int ky)
    {
        var k2 = ((double)kx * kx) + ((double)ky * ky);
        return k2 * Math.Pow(k2, 0.25) * Math.Exp(-k2 / (2 * PeakWavenumber * PeakWavenumber));
    }

    /// <summary>⟨u² + v²⟩ = Σ|û|² over all modes, up to where the spectrum is below rounding.</summary>
    private double MeanSquareVelocity()
    {
        var largest = (int)Math.Ceiling(8 * PeakWavenumber);
        var sum = 0.0;
        for (var ky = -largest; ky <= largest; ky++)
        {
            for (var kx = -largest; kx <= largest; kx++)
            {
                var k2 = ((double)kx * kx) + ((double)ky * ky);
                var amplitude = VorticityAmplitude(kx, ky);
                sum += k2 > 0 ? amplitude * amplitude / k2 : 0;
            }
        }

        return sum;
    }
}
