using System.Numerics;

namespace Flex.Fields.Solvers;

/// <summary>
/// The right-hand side of ω_t = −u·∇ω + f + ν∇²ω − μω for an incompressible flow in the doubly periodic square, without
/// its linear part. Advection is evaluated in Basdevant's form (J. Comput. Phys. 50, 1983),
/// u·∇ω = (∂xx − ∂yy)(uv) + ∂x∂y(v² − u²): two transforms to the grid, two back.
/// </summary>
/// <remarks>An instance owns its work space: use one per thread.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class VorticityEquation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SpectralGrid _grid;
    private readonly PairTransform<T> _transform;
    private readonly Vector<T>[] _kx;
    private readonly Vector<T>[] _inverseSquare;
    private readonly KolmogorovForcing? _forcing;

    /// <summary>Prepares the equation.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="flow">Viscosity, drag and forcing.</param>
    public VorticityEquation(SpectralGrid grid, FlowParameters flow)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(flow);
        flow.Validate(grid);
        _grid = grid;
        _forcing = flow.Forcing;
        _transform = new PairTransform<T>(grid);
        var lanes = Vector<T>.Count;
        _kx = [.. Enumerable.Range(0, grid.Pitch / lanes).Select(c => Gather(lane => (c * lanes) + lane))];
        _inverseSquare = [.. from row in Enumerable.Range(0, grid.Rows)
                             from c in Enumerable.Range(0, grid.Pitch / lanes)
                             select Gather(lane => InverseSquare((c * lanes) + lane, grid.WavenumberOf(row)))];
    }

    /// <summary>The transform between modes and grid points.</summary>
    public PairTransform<T> Transform => _transform;

    /// <summary>Evaluates −u·∇ω + f.</summary>
    /// <param name="vorticity">ω̂.</param>
    /// <param name="result">Receives the sum.</param>
    /// <returns>The largest |u| + |v| on the grid.</returns>
    public double Evaluate(SpectralField<T> vorticity, SpectralField<T> result)
    {
        ArgumentNullException.ThrowIfNull(vorticity);
        ArgumentNullException.ThrowIfNull(result);
        var fastest = Vector<T>.Zero;
        _transform.Synthesize((column, u, v) => LoadVelocity(vorticity, column, u, v));
        _transform.VisitPointsAndReturn((_, u, v) => fastest = Vector.Max(fastest, MultiplyVelocities(u, v)));
        _transform.Analyze((column, uv, difference) => StoreAdvection(column, uv, difference, result));
        _forcing?.AddTo(result);
        return double.CreateChecked(MaxElement(fastest));
    }

    /// <summary>The velocity u = ∂ψ/∂y, v = −∂ψ/∂x with ∇²ψ = −ω.</summary>
    /// <param name="vorticity">ω̂.</param>
    /// <param name="u">Receives û.</param>
    /// <param name="v">Receives v̂.</param>
    public void Velocity(SpectralField<T> vorticity, SpectralField<T> u, SpectralField<T> v)
    {
        ArgumentNullException.ThrowIfNull(vorticity);
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(v);
        for (var row = 0; row < _grid.Rows; row++)
        {
            for (var c = 0; c < _kx.Length; c++)
            {
                VelocityAt(vorticity, row, c, out u.RowRe(row)[c], out u.RowIm(row)[c], out v.RowRe(row)[c], out v.RowIm(row)[c]);
            }
        }
    }

    private static Vector<T> MultiplyVelocities(Span<Vector<T>> u, Span<Vector<T>> v)
    {
        var fastest = Vector<T>.Zero;
        for (var i = 0; i < u.Length; i++)
        {
            Vector<T> ui = u[i], vi = v[i];
            fastest = Vector.Max(fastest, Vector.Abs(ui) + Vector.Abs(vi));
            u[i] = ui * vi;
            v[i] = (vi - ui) * (vi + ui);
        }

        return fastest;
    }

    private static Vector<T> Gather(Func<int, double> value)
    {
        var result = Vector<T>.Zero;
        for (var lane = 0; lane < Vector<T>.Count; lane++)
        {
            result = result.WithElement(lane, T.CreateChecked(value(lane)));
        }

        return result;
    }

    private static T MaxElement(Vector<T> values)
    {
        var max = values[0];
        for (var lane = 1; lane < Vector<T>.Count; lane++)
        {
            max = T.Max(max, values[lane]);
        }

        return max;
    }

    /// <summary>1/(kx² + ky²), and 0 for the mean and for the padding, which it thereby keeps out of the flow.</summary>
    private double InverseSquare(int kx, int ky) =>
        kx > _grid.Cutoff || (kx == 0 && ky == 0) ? 0 : 1.0 / (((double)kx * kx) + ((double)ky * ky));

    private void LoadVelocity(SpectralField<T> vorticity, int column, Pencil<T> u, Pencil<T> v)
    {
        for (var row = 0; row < _grid.Rows; row++)
        {
            var bin = _grid.BinOf(row);
            VelocityAt(vorticity, row, column, out u.Re[bin], out u.Im[bin], out v.Re[bin], out v.Im[bin]);
        }
    }

    /// <summary>û = i·ky·ω̂/k², v̂ = −i·kx·ω̂/k².</summary>
    private void VelocityAt(
        SpectralField<T> vorticity, int row, int column, out Vector<T> uRe, out Vector<T> uIm, out Vector<T> vRe, out Vector<T> vIm)
    {
        var inverse = _inverseSquare[(row * _kx.Length) + column];
        var streamRe = vorticity.RowRe(row)[column] * inverse;
        var streamIm = vorticity.RowIm(row)[column] * inverse;
        var ky = new Vector<T>(T.CreateChecked(_grid.WavenumberOf(row)));
        var kx = _kx[column];
        uRe = -ky * streamIm;
        uIm = ky * streamRe;
        vRe = kx * streamIm;
        vIm = -kx * streamRe;
    }

    /// <summary>−u·∇ω → (kx² − ky²)·(uv)^ + kx·ky·(v² − u²)^.</summary>
    private void StoreAdvection(int column, Pencil<T> uv, Pencil<T> difference, SpectralField<T> result)
    {
        var kx = _kx[column];
        for (var row = 0; row < _grid.Rows; row++)
        {
            var bin = _grid.BinOf(row);
            var ky = new Vector<T>(T.CreateChecked(_grid.WavenumberOf(row)));
            var kept = Vector.ConditionalSelect(
                Vector.Equals(_inverseSquare[(row * _kx.Length) + column], Vector<T>.Zero), Vector<T>.Zero, Vector<T>.One);
            var straight = ((kx * kx) - (ky * ky)) * kept;
            var cross = kx * ky * kept;
            result.RowRe(row)[column] = (straight * uv.Re[bin]) + (cross * difference.Re[bin]);
            result.RowIm(row)[column] = (straight * uv.Im[bin]) + (cross * difference.Im[bin]);
        }
    }
}
