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
    private readonly float[]? _guess;

    /// <summary>Prepares a field.</summary>
    /// <param name="model">What the model does.</param>
    /// <param name="history">K snapshots, oldest first.</param>
    /// <exception cref="InputException">The model sees what the flow carries along, and the field is not doubly periodic.</exception>
    public HistoryCondition(ForecastModel model, History history)
    {
        (_task, _statistics, _snapshots) = (model.Task, model.Statistics, history.Snapshots);
        (Height, Width, PeriodicY, PeriodicX) = (history.Height, history.Width, history.PeriodicY, history.PeriodicX);
        Channels = history.Channels;
        if (_task.Advection)
        {
            _guess = PeriodicY && PeriodicX
                ? Guess(history)
                : throw new InputException("the model sees what the vorticity of a doubly periodic flow carries along, and these fields do not wrap around: say '--periodic y,x' if they do, or use another model");
        }
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
    public override int Channels { get; }

    /// <inheritdoc/>
    public override int ConditionChannels => (_snapshots.Count * Channels) + (_guess is null ? 0 : 1);

    /// <inheritdoc/>
    public override double Scale(int channel)
    {
        var statistics = _statistics.Of(channel);
        return (_task.Target, statistics.ResidualScale.Kind) switch
        {
            (PatchTarget.Raw, _) => statistics.Std,
            (_, ResidualScaleKind.Condition) => statistics.ResidualScale.For(Plane(_snapshots[^2], channel), Plane(_snapshots[^1], channel)),
            _ => statistics.ResidualScale.Unit,
        };
    }

    /// <inheritdoc/>
    public override void Cut(int y, int x, Span<float> destination)
    {
        var (rows, columns) = (Cells(y, Height, PeriodicY), Cells(x, Width, PeriodicX));
        var area = Patch * Patch;
        foreach (var snapshot in _snapshots)
        {
            for (var c = 0; c < Channels; c++)
            {
                Gather(Plane(snapshot, c), rows, columns, destination[..area]);
                _statistics.Of(c).Normalise(destination[..area]);
                destination = destination[area..];
            }
        }

        if (_guess is not null)
        {
            Gather(_guess, rows, columns, destination);
        }
    }

    /// <inheritdoc/>
    public override void Basis(int channel, Window window, Span<float> destination)
    {
        if (_task.Target == PatchTarget.Raw)
        {
            destination.Fill((float)_statistics.Of(channel).Mean);
            return;
        }

        var present = Plane(_snapshots[^1], channel);
        for (var y = 0; y < window.Height; y++)
        {
            present.Slice(((window.Y + y) * Width) + window.X, window.Width).CopyTo(destination[(y * window.Width)..]);
        }
    }

    /// <summary>Takes the waves that are longer than a tile from the first guess, where there is one: the velocity that carries everything along is made of them.</summary>
    /// <param name="answer">(C, H, W); changed.</param>
    public void Settle(float[] answer)
    {
        if (_guess is null)
        {
            return;
        }

        var guess = new float[answer.Length];
        TensorPrimitives.MultiplyAdd(_guess, (float)Scale(0), _snapshots[^1], guess);
        TensorPrimitives.Add(answer, LongWaves.Correction(answer, guess, _snapshots[^1], Height, Width, Patch), answer);
    }

    // In units of the residual, as the network's answer is.
    private float[] Guess(History history)
    {
        var carried = history.CarriedAlong(_task.TimeStep ?? double.NaN);
        TensorPrimitives.Subtract(carried, _snapshots[^1], carried);
        TensorPrimitives.Multiply(carried, (float)(1 / Scale(0)), carried);
        return carried;
    }

    private void Gather(ReadOnlySpan<float> plane, int[] rows, int[] columns, Span<float> destination)
    {
        var at = 0;
        foreach (var row in rows)
        {
            foreach (var column in columns)
            {
                destination[at++] = plane[(row * Width) + column];
            }
        }
    }

    private ReadOnlySpan<float> Plane(float[] snapshot, int channel) => snapshot.AsSpan(channel * Height * Width, Height * Width);

    // Beyond an edge that is not periodic, where a field is smaller than a tile, the outermost values are repeated.
    private int[] Cells(int first, int length, bool periodic) =>
        [.. Enumerable.Range(first, Patch).Select(i => periodic ? ((i % length) + length) % length : Math.Clamp(i, 0, length - 1))];
}
