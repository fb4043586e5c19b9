using Flex.Diffusion;
using Flex.Evaluation.Scores;
using Flex.Fields.DataSets;
using Flex.Fields.NetCdf;

namespace Flex.Cli.SuperResolution;

/// <summary>The fine fields of one file, as truths to judge a model by.</summary>
internal sealed class TrueFields : IDisposable
{
    private readonly FieldSeries _series;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="variable">The variable.</param>
    /// <param name="selection">The times and boundaries.</param>
    /// <param name="task">The model's task, which says where the parameters are and what the degradation is.</param>
    /// <param name="warn">Receives a sentence where the file leaves something open.</param>
    /// <exception cref="InputException">The file does not have what is asked for, or its grid cannot be degraded.</exception>
    public TrueFields(string path, string variable, SeriesSelection selection, SuperResolutionTask task, Action<string>? warn = null)
    {
        _series = FieldSeries.Open(path, variable, selection, warn);
        try
        {
            Parameters = [.. task.Parameter.Select(source => ParameterSource.Read(source, _series.File))];
            _ = _series.Grid.Stride(task.Factor);
        }
        catch
        {
            _series.Dispose();
            throw;
        }
    }

    /// <summary>The physical parameters; the first one, the Reynolds number, names the run.</summary>
    public IReadOnlyList<double> Parameters { get; }

    /// <summary>Number of fields.</summary>
    public int Count => _series.Count;

    /// <summary>Points along the shorter side.</summary>
    public int ShorterSide => Math.Min(_series.Grid.Height, _series.Grid.Width);

    /// <summary>Whether the fields wrap around in both directions.</summary>
    public bool IsPeriodic => _series.Grid is { Y.Periodic: true, X.Periodic: true };

    /// <summary>Reads a field.</summary>
    /// <param name="i">0 … <see cref="Count"/> − 1.</param>
    /// <returns>The field.</returns>
    /// <exception cref="InputException">A value is missing: a truth must be complete.</exception>
    public TrueField Read(int i)
    {
        var values = _series.Read(i);
        return values.All(float.IsFinite)
            ? new TrueField(
                Path.GetFileNameWithoutExtension(_series.File.Path), Parameters is [var first, ..] ? first : 0, _series.Times[i], (uint)_series.Indices[i], values, _series.Grid, _series.TimeUnits)
            : throw new InputException($"variable {_series.Field.Variable.Name} of {_series.File.Path} has missing or infinite values at time {_series.Times[i]}: a truth must be complete; choose other --times");
    }

    /// <inheritdoc/>
    public void Dispose() => _series.Dispose();
}
