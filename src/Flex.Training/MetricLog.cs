using Flex.Torch.Logging;

namespace Flex.Training;

/// <summary>The history of a run, twice: as JSON lines and as curves of TensorBoard.</summary>
public sealed class MetricLog : IDisposable
{
    private readonly JsonLinesWriter _lines;
    private readonly TensorBoardWriter _curves;

    /// <summary>Goes on with a history; what a killed run wrote beyond its checkpoint is removed.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="lastStep">The step that the run goes on from; 0 for a new one.</param>
    /// <param name="time">The clock that stamps the curves.</param>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public MetricLog(RunFolder run, long lastStep, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(run);
        _lines = JsonLinesWriter.Resume(run.Metrics, lastStep);
        _curves = new TensorBoardWriter(run.Path, time, lastStep > 0 ? lastStep + 1 : null);
    }

    /// <summary>Writes what was measured.</summary>
    /// <param name="step">The steps made.</param>
    /// <param name="values">The measurements by name.</param>
    public void Write(long step, IReadOnlyDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _lines.Write(step, values);
        foreach (var (name, value) in values)
        {
            _curves.AddScalar(name, value, step);
        }

        _curves.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lines.Dispose();
        _curves.Dispose();
    }
}
