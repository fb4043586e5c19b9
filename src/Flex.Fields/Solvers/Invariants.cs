using System.Numerics;

namespace Flex.Fields.Solvers;

/// <summary>
/// Mean quadratic quantities of a two-dimensional flow. Without forcing dE/dt = −2νΩ − 2μE and dΩ/dt = −2νP − 2μΩ.
/// </summary>
/// <param name="Energy">E = ½⟨u² + v²⟩ = ½Σ|ω̂|²/k².</param>
/// <param name="Enstrophy">Ω = ½⟨ω²⟩ = ½Σ|ω̂|².</param>
/// <param name="Palinstrophy">P = ½⟨|∇ω|²⟩ = ½Σk²|ω̂|².</param>
public sealed record Invariants(double Energy, double Enstrophy, double Palinstrophy)
{
    /// <summary>Measures a flow.</summary>
    /// <param name="vorticity">ω̂.</param>
    /// <typeparam name="T">Precision.</typeparam>
    public static Invariants Of<T>(SpectralField<T> vorticity)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(vorticity);
        double energy = 0, enstrophy = 0, palinstrophy = 0;
        Visit(vorticity, (kx, ky, square) =>
        {
            var k2 = ((double)kx * kx) + ((double)ky * ky);
            energy += k2 > 0 ? square / k2 : 0;
            enstrophy += square;
            palinstrophy += k2 * square;
        });
        return new Invariants(energy / 2, enstrophy / 2, palinstrophy / 2);
    }

    /// <summary>
    /// The enstrophy in shells of wavenumbers, Ω(k) = ½Σ|ω̂|² over k − ½ ≤ |k| &lt; k + ½; the energy spectrum is Ω(k)/k² up to
    /// the width of a shell.
    /// </summary>
    /// <param name="vorticity">ω̂.</param>
    /// <typeparam name="T">Precision.</typeparam>
    /// <returns>Element k is shell k, from 0 to the corner of the kept modes.</returns>
    public static double[] EnstrophySpectrum<T>(SpectralField<T> vorticity)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(vorticity);
        var shells = new double[(int)Math.Round(Math.Sqrt(2) * vorticity.Grid.Cutoff) + 1];
        Visit(vorticity, (kx, ky, square) => shells[(int)Math.Floor(Math.Sqrt(((double)kx * kx) + ((double)ky * ky)) + 0.5)] += square / 2);
        return shells;
    }

    /// <summary>Calls back for every stored mode with |ω̂|², doubled where the mirror image is not stored.</summary>
    private static void Visit<T>(SpectralField<T> field, Action<int, int, double> visit)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var grid = field.Grid;
        for (var row = 0; row < grid.Rows; row++)
        {
            var re = field.Re.Slice(row * grid.Pitch, grid.Pitch);
            var im = field.Im.Slice(row * grid.Pitch, grid.Pitch);
            for (var kx = 0; kx <= grid.Cutoff; kx++)
            {
                var (a, b) = (double.CreateChecked(re[kx]), double.CreateChecked(im[kx]));
                visit(kx, grid.WavenumberOf(row), ((a * a) + (b * b)) * (kx > 0 ? 2 : 1));
            }
        }
    }
}
