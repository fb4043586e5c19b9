using System.Numerics;
using System.Runtime.InteropServices;

namespace Flex.Fields.Solvers;

/// <summary>
/// The Fourier coefficients of a real field, q(x, y) = Σ q̂(kx, ky) e^{i(kx·x + ky·y)}: independent of the number of grid
/// points, since the grid only truncates the sum.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SpectralField<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _re;
    private readonly T[] _im;

    /// <summary>Creates a field that is zero.</summary>
    /// <param name="grid">The modes that are kept.</param>
    public SpectralField(SpectralGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        Grid = grid;
        _re = new T[grid.Rows * grid.Pitch];
        _im = new T[grid.Rows * grid.Pitch];
    }

    /// <summary>The modes that are kept.</summary>
    public SpectralGrid Grid { get; }

    /// <summary>Real parts, (<see cref="SpectralGrid.Rows"/>, <see cref="SpectralGrid.Pitch"/>).</summary>
    public Span<T> Re => _re;

    /// <summary>Imaginary parts, (<see cref="SpectralGrid.Rows"/>, <see cref="SpectralGrid.Pitch"/>).</summary>
    public Span<T> Im => _im;

    /// <summary>One coefficient; setting it sets its mirror image −k to the complex conjugate.</summary>
    /// <param name="kx">−Cutoff … Cutoff.</param>
    /// <param name="ky">−Cutoff … Cutoff.</param>
    public Complex this[int kx, int ky]
    {
        get
        {
            var i = Index(Math.Abs(kx), kx < 0 ? -ky : ky);
            var value = new Complex(double.CreateChecked(_re[i]), double.CreateChecked(_im[i]));
            return kx < 0 ? Complex.Conjugate(value) : value;
        }

        set
        {
            Put(Math.Abs(kx), kx < 0 ? -ky : ky, kx < 0 ? Complex.Conjugate(value) : value);
            if (kx == 0)
            {
                Put(0, -ky, Complex.Conjugate(value));
            }
        }
    }

    /// <summary>Copies another field of the same grid.</summary>
    /// <param name="other">The source.</param>
    public void CopyFrom(SpectralField<T> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        other.Re.CopyTo(_re);
        other.Im.CopyTo(_im);
    }

    /// <summary>Whether every coefficient is finite.</summary>
    public bool IsFinite() => AllFinite(_re) && AllFinite(_im);

    /// <summary>Real parts of one row as SIMD registers.</summary>
    /// <param name="row">0 … Rows − 1.</param>
    internal Span<Vector<T>> RowRe(int row) => Row(_re, row);

    /// <summary>Imaginary parts of one row as SIMD registers.</summary>
    /// <param name="row">0 … Rows − 1.</param>
    internal Span<Vector<T>> RowIm(int row) => Row(_im, row);

    private static bool AllFinite(ReadOnlySpan<T> values)
    {
        // 0·x is 0 for finite x and NaN otherwise.
        var sum = Vector<T>.Zero;
        foreach (var v in MemoryMarshal.Cast<T, Vector<T>>(values))
        {
            sum += v * Vector<T>.Zero;
        }

        return Vector.EqualsAll(sum, Vector<T>.Zero);
    }

    private Span<Vector<T>> Row(T[] plane, int row) =>
        MemoryMarshal.Cast<T, Vector<T>>(plane.AsSpan(row * Grid.Pitch, Grid.Pitch));

    private int Index(int kx, int ky)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kx, Grid.Cutoff);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs(ky), Grid.Cutoff, nameof(ky));
        return (Grid.RowOf(ky) * Grid.Pitch) + kx;
    }

    private void Put(int kx, int ky, Complex value)
    {
        var i = Index(kx, ky);
        _re[i] = T.CreateChecked(value.Real);
        _im[i] = T.CreateChecked(value.Imaginary);
    }
}
