using System.Numerics.Tensors;
using Flex.Diffusion.Backbones;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;

namespace Flex.Diffusion.Tiling;

/// <summary>The next snapshot, of which the last ones are known: the condition are all of them, the basis is the present one.</summary>
internal sealed class HistoryCondition : ConditionedField
{
    private readonly ForecastTask _task;
    private readonly DataStatistics _statistics;
    private readonly IReadOnlyList<float[]> _snapshots;

    /// <summary>Prepares a field.</summary>
    /// <param name="model">What the model does.</param>
    /// <param name="history">K snapshots, oldest first.</param>
    public HistoryCondition(ForecastModel model, History history)
    {
        (_task, _statistics, _snapshots) = (model.Task, model.Statistics, history.Snapshots);
        (Height, Width, PeriodicY, PeriodicX) = (history.Height, history.Width, history.PeriodicY, history.PeriodicX);
        Scale = (_task.Target, _statistics.ResidualScale.Kind) switch
        {
            (PatchTarget.Raw, _) => _statistics.Std,
            (_, ResidualScaleKind.Condition) => _statistics.ResidualScale.For(_snapshots[^2], _snapshots[^1]),
            _ => _statistics.ResidualScale.Unit,
        };
    }

    /// <inheritdoc/>
    public override TaskKind Task => TaskKind.Forecast;

    /// <inheritdoc/>
    public override int Height { get; }

    /// <inheritdoc/>
    public override int Width { get; }

    /// <inheritdoc/>
    public override bool PeriodicY { get; }

    /// <inheritdoc/>
    public override bool PeriodicX { get; }

    /// <inheritdoc/>
    public override int Align => 1;

    /// <inheritdoc/>
    public override int Patch => _task.Patch;

    /// <inheritdoc/>
    public override int Channels => _task.History;

    /// <inheritdoc/>
    public override double Scale { get; }

    /// <inheritdoc/>
    public override void Cut(int y, int x, Span<float> destination)
    {
        var (rows, columns) = (Cells(y, Height, PeriodicY), Cells(x, Width, PeriodicX));
        var at = 0;
        foreach (var snapshot in _snapshots)
        {
            foreach (var row in rows)
            {
                foreach (var column in columns)
                {
                    destination[at++] = snapshot[(row * Width) + column];
                }
            }
        }

        // As the training patches are normalised, operation by operation.
        TensorPrimitives.Multiply(destination, (float)(1 / _statistics.Std), destination);
        TensorPrimitives.Add(destination, (float)(-_statistics.Mean / _statistics.Std), destination);
    }

    /// <inheritdoc/>
    public override void Basis(Window window, Span<float> destination)
    {
        if (_task.Target == PatchTarget.Raw)
        {
            destination.Fill((float)_statistics.Mean);
            return;
        }

        for (var y = 0; y < window.Height; y++)
        {
            _snapshots[^1].AsSpan(((window.Y + y) * Width) + window.X, window.Width).CopyTo(destination[(y * window.Width)..]);
        }
    }

    // Beyond an edge that is not periodic, where a field is smaller than a tile, the outermost values are repeated.
    private int[] Cells(int first, int length, bool periodic) =>
        [.. Enumerable.Range(first, Patch).Select(i => periodic ? ((i % length) + length) % length : Math.Clamp(i, 0, length - 1))];
}
