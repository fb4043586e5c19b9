using System.Numerics;
using Flex.Fields.NetCdf;

namespace Flex.Fields.Solvers;

/// <summary>Writes a solver's state on the grid points: <c>w</c>, and <c>u</c> and <c>v</c> on request.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class SnapshotWriter<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FieldWriter _writer;
    private readonly VorticitySolver<T> _solver;
    private readonly bool _velocity;
    private readonly SpectralField<T> _u;
    private readonly SpectralField<T> _v;
    private readonly T[] _pointsA;
    private readonly T[] _pointsB;
    private readonly float[] _single;

    /// <summary>Prepares to write.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="solver">The state.</param>
    /// <param name="velocity">Whether to write the velocity.</param>
    public SnapshotWriter(FieldWriter writer, VorticitySolver<T> solver, bool velocity)
    {
        (_writer, _solver, _velocity) = (writer, solver, velocity);
        var points = solver.Grid.Size * solver.Grid.Size;
        (_u, _v) = (new SpectralField<T>(solver.Grid), new SpectralField<T>(solver.Grid));
        (_pointsA, _pointsB, _single) = (new T[points], new T[points], new float[points]);
    }

    /// <summary>Writes the state as it is now.</summary>
    /// <param name="index">Index of the time.</param>
    public void Write(int index)
    {
        var transform = _solver.Equation.Transform;
        transform.ToGrid(_solver.Vorticity, _solver.Vorticity, _pointsA, _pointsB);
        Put("w", index, _pointsA);
        if (_velocity)
        {
            _solver.Equation.Velocity(_solver.Vorticity, _u, _v);
            transform.ToGrid(_u, _v, _pointsA, _pointsB);
            Put("u", index, _pointsA);
            Put("v", index, _pointsB);
        }
    }

    private void Put(string name, int index, T[] points)
    {
        for (var i = 0; i < points.Length; i++)
        {
            _single[i] = float.CreateTruncating(points[i]);
        }

        _writer.Write(name, 0, index, _single);
    }
}
