using System.Numerics;

namespace Flex.Fields.Solvers;

/// <summary>
/// The N×N collocation points of [0, 2π]² and the Fourier modes that survive 2/3 dealiasing: |kx|, |ky| ≤
/// <see cref="Cutoff"/> with 3·Cutoff &lt; N (S. Orszag, J. Atmos. Sci. 28, 1971). A real field needs only the modes with
/// kx ≥ 0; they are stored as rows of one ky each, in the order 0, 1, …, Cutoff, −Cutoff, …, −1.
/// </summary>
public sealed class SpectralGrid
{
    /// <summary>The smallest grid.</summary>
    public const int MinimumSize = 16;

    /// <summary>The largest grid.</summary>
    public const int MaximumSize = 16384;

    private const int Alignment = 16;

    /// <summary>Creates the grid.</summary>
    /// <param name="size">Points in each direction, N: a power of two.</param>
    /// <exception cref="InputException">The size is not a power of two between 16 and 16384.</exception>
    public SpectralGrid(int size)
    {
        if (size is < MinimumSize or > MaximumSize || !BitOperations.IsPow2(size))
        {
            throw new InputException(
                $"the grid size {size} cannot be simulated: choose a power of two from {MinimumSize} to {MaximumSize}");
        }

        Size = size;
        Cutoff = (size - 1) / 3;
        Rows = (2 * Cutoff) + 1;
        Pitch = (Cutoff + Alignment) / Alignment * Alignment;
    }

    /// <summary>Points in each direction, N.</summary>
    public int Size { get; }

    /// <summary>Distance of neighbouring points, 2π/N.</summary>
    public double Spacing => 2 * Math.PI / Size;

    /// <summary>The largest wavenumber kept in each direction.</summary>
    public int Cutoff { get; }

    /// <summary>Number of stored ky: 2·Cutoff + 1.</summary>
    public int Rows { get; }

    /// <summary>Length of a stored row: Cutoff + 1 modes, then zeros up to a multiple of 16.</summary>
    public int Pitch { get; }

    /// <summary>The row that holds a wavenumber.</summary>
    /// <param name="k">−Cutoff … Cutoff.</param>
    public int RowOf(int k) => k >= 0 ? k : k + Rows;

    /// <summary>The wavenumber that a row holds.</summary>
    /// <param name="row">0 … Rows − 1.</param>
    public int WavenumberOf(int row) => row <= Cutoff ? row : row - Rows;

    /// <summary>The position of a row's wavenumber in a full transform of length N.</summary>
    /// <param name="row">0 … Rows − 1.</param>
    internal int BinOf(int row) => row <= Cutoff ? row : row - Rows + Size;
}
