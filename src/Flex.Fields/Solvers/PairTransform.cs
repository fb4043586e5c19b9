using System.Numerics;
using System.Runtime.InteropServices;

namespace Flex.Fields.Solvers;

/// <summary>
/// Fourier transforms of two real fields at once, as the real and imaginary part of one complex field a + ib. Three sweeps,
/// each over bundles of lines that stay in cache: along y for every kept kx, along x for every y, along y again. The modes
/// that dealiasing removes are never transformed, which saves a third of the work along y.
/// </summary>
/// <remarks>An instance owns its work space: use one per thread.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class PairTransform<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SpectralGrid _grid;
    private readonly BatchedFft<T> _fft;
    private readonly RegisterArrays<T> _pencils;

    // The half-transformed field, (kx, y): rows in the order of SpectralGrid.BinOf. The rows are a cache line longer than N,
    // because lines at a distance of a power of two would all fall into the same cache set.
    private readonly T[] _linesRe;
    private readonly T[] _linesIm;
    private readonly int _linePitch;

    /// <summary>Plans the transforms.</summary>
    /// <param name="grid">The grid and the modes that are kept.</param>
    public PairTransform(SpectralGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        _grid = grid;
        _fft = new BatchedFft<T>(grid.Size);
        _pencils = new RegisterArrays<T>(4, grid.Size);
        _linePitch = grid.Size + 16;
        _linesRe = new T[grid.Rows * _linePitch];
        _linesIm = new T[grid.Rows * _linePitch];
    }

    /// <summary>Work on the lines of two fields along ky, or along y, for as many kx as there are lanes.</summary>
    /// <param name="column">Index of the bundle: its first kx over the number of lanes.</param>
    /// <param name="a">Lines of the first field, in the transform's order (<see cref="SpectralGrid.BinOf"/>).</param>
    /// <param name="b">Lines of the second field.</param>
    internal delegate void ModesAction(int column, Pencil<T> a, Pencil<T> b);

    /// <summary>Work on the values of two real fields along x, for as many y as there are lanes.</summary>
    /// <param name="y">The first y.</param>
    /// <param name="a">Values of the first field, (N).</param>
    /// <param name="b">Values of the second field, (N).</param>
    internal delegate void PointsAction(int y, Span<Vector<T>> a, Span<Vector<T>> b);

    private static int Lanes => Vector<T>.Count;

    /// <summary>Evaluates two fields on the grid.</summary>
    /// <param name="a">The first field.</param>
    /// <param name="b">The second field.</param>
    /// <param name="pointsA">Receives the first field, (N, N) in the order (y, x).</param>
    /// <param name="pointsB">Receives the second field.</param>
    public void ToGrid(SpectralField<T> a, SpectralField<T> b, T[] pointsA, T[] pointsB)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        Synthesize((column, toA, toB) =>
        {
            LoadColumn(a, column, toA);
            LoadColumn(b, column, toB);
        });
        VisitPoints((y, valuesA, valuesB) =>
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                StoreLane(valuesA, lane, pointsA.AsSpan((y + lane) * _grid.Size, _grid.Size));
                StoreLane(valuesB, lane, pointsB.AsSpan((y + lane) * _grid.Size, _grid.Size));
            }
        });
    }

    /// <summary>Fourier coefficients of two fields; modes beyond the cutoff are dropped.</summary>
    /// <param name="pointsA">The first field, (N, N) in the order (y, x).</param>
    /// <param name="pointsB">The second field.</param>
    /// <param name="a">Receives the first field.</param>
    /// <param name="b">Receives the second field.</param>
    public void FromGrid(T[] pointsA, T[] pointsB, SpectralField<T> a, SpectralField<T> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        VisitPointsAndReturn((y, valuesA, valuesB) =>
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                LoadLane(pointsA.AsSpan((y + lane) * _grid.Size, _grid.Size), lane, valuesA);
                LoadLane(pointsB.AsSpan((y + lane) * _grid.Size, _grid.Size), lane, valuesB);
            }
        });
        Analyze((column, fromA, fromB) =>
        {
            StoreColumn(fromA, column, a);
            StoreColumn(fromB, column, b);
        });
    }

    /// <summary>First sweep: from modes to the half-transformed field.</summary>
    /// <param name="load">Fills the kept modes of a bundle; the others are zero already.</param>
    internal void Synthesize(ModesAction load)
    {
        Pencil<T> a = PencilOf(0), b = PencilOf(2);
        for (var column = 0; column * Lanes <= _grid.Cutoff; column++)
        {
            ClearTruncatedModes(a);
            ClearTruncatedModes(b);
            load(column, a, b);
            _fft.Backward(a.Re, a.Im);
            _fft.Backward(b.Re, b.Im);
            if (column == 0)
            {
                DropImaginaryPartOfLaneZero(a.Im, b.Im);
            }

            Pack(a, b);
            StoreLines(a.Re, _linesRe, column, mirrored: false);
            StoreLines(a.Im, _linesIm, column, mirrored: false);
            StoreLines(b.Re, _linesRe, column, mirrored: true);
            StoreLines(b.Im, _linesIm, column, mirrored: true);
        }
    }

    /// <summary>Second sweep: the values of both fields on the grid.</summary>
    /// <param name="use">Reads the values of a bundle.</param>
    internal void VisitPoints(PointsAction use)
    {
        var line = PencilOf(0);
        for (var y = 0; y < _grid.Size; y += Lanes)
        {
            LoadPoints(y, line);
            use(y, line.Re, line.Im);
        }
    }

    /// <summary>Second sweep and back: two real fields that depend pointwise on those that were synthesized.</summary>
    /// <param name="map">Overwrites the values of a bundle.</param>
    internal void VisitPointsAndReturn(PointsAction map)
    {
        var line = PencilOf(0);
        var scale = new Vector<T>(T.CreateChecked(1.0 / ((double)_grid.Size * _grid.Size)));
        for (var y = 0; y < _grid.Size; y += Lanes)
        {
            LoadPoints(y, line);
            map(y, line.Re, line.Im);
            _fft.Forward(line.Re, line.Im);
            for (var row = 0; row < _grid.Rows; row++)
            {
                LineAt(_linesRe, row, y) = line.Re[_grid.BinOf(row)] * scale;
                LineAt(_linesIm, row, y) = line.Im[_grid.BinOf(row)] * scale;
            }
        }
    }

    /// <summary>Third sweep: from the half-transformed field to modes.</summary>
    /// <param name="store">Takes the kept modes of a bundle.</param>
    internal void Analyze(ModesAction store)
    {
        Pencil<T> a = PencilOf(0), b = PencilOf(2);
        for (var column = 0; column * Lanes <= _grid.Cutoff; column++)
        {
            LoadLines(_linesRe, column, mirrored: false, a.Re);
            LoadLines(_linesIm, column, mirrored: false, a.Im);
            LoadLines(_linesRe, column, mirrored: true, b.Re);
            LoadLines(_linesIm, column, mirrored: true, b.Im);
            Unpack(a, b);
            _fft.Forward(a.Re, a.Im);
            _fft.Forward(b.Re, b.Im);
            store(column, a, b);
        }
    }

    /// <summary>(â, b̂) at kx → c = a + ib at kx (in a) and −kx (in b), where a real field's mirror image is its conjugate.</summary>
    private static void Pack(Pencil<T> a, Pencil<T> b)
    {
        for (var i = 0; i < a.Re.Length; i++)
        {
            Vector<T> aRe = a.Re[i], aIm = a.Im[i], bRe = b.Re[i], bIm = b.Im[i];
            a.Re[i] = aRe - bIm;
            a.Im[i] = aIm + bRe;
            b.Re[i] = aRe + bIm;
            b.Im[i] = bRe - aIm;
        }
    }

    /// <summary>c at kx and −kx → â = (c(kx) + c*(−kx))/2 and b̂ = (c(kx) − c*(−kx))/2i.</summary>
    private static void Unpack(Pencil<T> plus, Pencil<T> minus)
    {
        var half = new Vector<T>(T.CreateChecked(0.5));
        for (var i = 0; i < plus.Re.Length; i++)
        {
            Vector<T> pRe = plus.Re[i], pIm = plus.Im[i], mRe = minus.Re[i], mIm = minus.Im[i];
            plus.Re[i] = half * (pRe + mRe);
            plus.Im[i] = half * (pIm - mIm);
            minus.Re[i] = half * (pIm + mIm);
            minus.Im[i] = half * (mRe - pRe);
        }
    }

    private static void StoreLane(ReadOnlySpan<Vector<T>> pencil, int lane, Span<T> line)
    {
        var values = MemoryMarshal.Cast<Vector<T>, T>(pencil)[lane..];
        for (int i = 0, j = 0; i < line.Length; i++, j += Lanes)
        {
            line[i] = values[j];
        }
    }

    private static void LoadLane(ReadOnlySpan<T> line, int lane, Span<Vector<T>> pencil)
    {
        var values = MemoryMarshal.Cast<Vector<T>, T>(pencil)[lane..];
        for (int i = 0, j = 0; i < line.Length; i++, j += Lanes)
        {
            values[j] = line[i];
        }
    }

    /// <summary>The mean over x of a real field is real: rounding errors in its imaginary part must not leak into b.</summary>
    private static void DropImaginaryPartOfLaneZero(Span<Vector<T>> a, Span<Vector<T>> b)
    {
        for (var i = 0; i < a.Length; i++)
        {
            a[i] = a[i].WithElement(0, T.Zero);
            b[i] = b[i].WithElement(0, T.Zero);
        }
    }

    private Pencil<T> PencilOf(int first) => new(_pencils[first], _pencils[first + 1]);

    /// <summary>Writes each lane of a bundle along y to the line of its kx, or of −kx, in square blocks that stay in cache.</summary>
    private void StoreLines(ReadOnlySpan<Vector<T>> pencil, T[] plane, int column, bool mirrored)
    {
        var values = MemoryMarshal.Cast<Vector<T>, T>(pencil);
        var lanes = Math.Min(Lanes, _grid.Cutoff + 1 - (column * Lanes));
        var first = mirrored && column == 0 ? 1 : 0; // kx = 0 is its own mirror image
        for (var y = 0; y < _grid.Size; y += Lanes)
        {
            for (var lane = first; lane < lanes; lane++)
            {
                var line = LinePart(plane, (column * Lanes) + lane, mirrored, y);
                for (int i = 0, j = (y * Lanes) + lane; i < line.Length; i++, j += Lanes)
                {
                    line[i] = values[j];
                }
            }
        }
    }

    /// <summary>The inverse of <see cref="StoreLines"/>; lanes beyond the cutoff repeat the last line, and nobody uses them.</summary>
    private void LoadLines(T[] plane, int column, bool mirrored, Span<Vector<T>> pencil)
    {
        var values = MemoryMarshal.Cast<Vector<T>, T>(pencil);
        for (var y = 0; y < _grid.Size; y += Lanes)
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                var line = LinePart(plane, Math.Min((column * Lanes) + lane, _grid.Cutoff), mirrored, y);
                for (int i = 0, j = (y * Lanes) + lane; i < line.Length; i++, j += Lanes)
                {
                    values[j] = line[i];
                }
            }
        }
    }

    private Span<T> LinePart(T[] plane, int kx, bool mirrored, int y) =>
        plane.AsSpan((_grid.RowOf(mirrored ? -kx : kx) * _linePitch) + y, Lanes);

    private ref Vector<T> LineAt(T[] plane, int row, int y) =>
        ref MemoryMarshal.Cast<T, Vector<T>>(plane.AsSpan((row * _linePitch) + y, Lanes))[0];

    private void LoadPoints(int y, Pencil<T> line)
    {
        ClearTruncatedModes(line);
        for (var row = 0; row < _grid.Rows; row++)
        {
            line.Re[_grid.BinOf(row)] = LineAt(_linesRe, row, y);
            line.Im[_grid.BinOf(row)] = LineAt(_linesIm, row, y);
        }

        _fft.Backward(line.Re, line.Im);
    }

    private void ClearTruncatedModes(Pencil<T> line)
    {
        var truncated = (_grid.Cutoff + 1)..(_grid.Size - _grid.Cutoff);
        line.Re[truncated].Clear();
        line.Im[truncated].Clear();
    }

    private void LoadColumn(SpectralField<T> field, int column, Pencil<T> line)
    {
        for (var row = 0; row < _grid.Rows; row++)
        {
            line.Re[_grid.BinOf(row)] = field.RowRe(row)[column];
            line.Im[_grid.BinOf(row)] = field.RowIm(row)[column];
        }
    }

    private void StoreColumn(Pencil<T> line, int column, SpectralField<T> field)
    {
        var mask = KeptLanes(column);
        for (var row = 0; row < _grid.Rows; row++)
        {
            field.RowRe(row)[column] = line.Re[_grid.BinOf(row)] * mask;
            field.RowIm(row)[column] = line.Im[_grid.BinOf(row)] * mask;
        }
    }

    /// <summary>1 where a lane of a bundle is a kept mode, 0 in the padding.</summary>
    private Vector<T> KeptLanes(int column)
    {
        var mask = Vector<T>.Zero;
        for (var lane = 0; lane < Lanes; lane++)
        {
            mask = mask.WithElement(lane, (column * Lanes) + lane <= _grid.Cutoff ? T.One : T.Zero);
        }

        return mask;
    }
}
