using Flex.Diffusion;
using Flex.Evaluation.Scores;
using Flex.Fields.DataSets;
using Flex.Fields.NetCdf;

namespace Flex.Cli.Forecasting;

/// <summary>The forecasts that can be judged by one file: from some of its times, with their past and their future.</summary>
internal sealed class KnownRun : IDisposable
{
    private readonly SeriesGroup _series;
    private readonly IReadOnlyList<int> _presents;
    private readonly MonthlyClimatology? _climatology;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="variable">The variables of the channels.</param>
    /// <param name="selection">The boundaries; all times.</param>
    /// <param name="task">The model's task.</param>
    /// <param name="starts">The last known states.</param>
    /// <param name="leads">Steps of every forecast.</param>
    /// <param name="climatology">What further is to be compared; null is nothing.</param>
    /// <param name="warn">Receives a sentence where the file leaves something open.</param>
    /// <exception cref="InputException">The file does not have what is asked for, or ends before a forecast does.</exception>
    public KnownRun(string path, string variable, SeriesSelection selection, ForecastTask task, ForecastStarts starts, int leads, MonthlyClimatology? climatology, Action<string>? warn = null)
    {
        _climatology = climatology;
        _series = SeriesGroup.Open(path, variable, selection, warn);
        try
        {
            Reader = new HistoryReader(_series, task);
            Parameters = [.. task.Parameter.Select(source => ParameterSource.Read(source, _series.First.File))];
            _presents = starts.In(Reader, leads);
        }
        catch
        {
            _series.Dispose();
            throw;
        }
    }

    /// <summary>Reads the states.</summary>
    public HistoryReader Reader { get; }

    /// <summary>The physical parameters; the first one, the Reynolds number, names the run.</summary>
    public IReadOnlyList<double> Parameters { get; }

    /// <summary>The forecasts, each with the index of its last known state.</summary>
    public IReadOnlyList<(ForecastCase Case, int Present)> Forecasts => [.. _presents.Select(present => (
        new ForecastCase(Path.GetFileNameWithoutExtension(_series.First.File.Path), Parameters is [var first, ..] ? first : 0, _series.First.Times[present]), present))];

    /// <summary>The true state at a lead, and what climatology says of it.</summary>
    /// <param name="present">The index of the last known state.</param>
    /// <param name="lead">0 is that state.</param>
    /// <returns>The state.</returns>
    /// <exception cref="InputException">A value is missing.</exception>
    public TrueState Truth(int present, int lead)
    {
        var index = Reader.Find(Reader.TimeOf(present, lead));
        var (time, grid) = (_series.First.Times[index], _series.First.Grid);
        var state = new TrueState(time, Reader.Values(index));
        return _climatology is null
            ? state
            : state with { Others = new Dictionary<string, float[]> { ["climatology"] = _climatology.At(time, _series.First.TimeUnits, grid.Height, grid.Width) } };
    }

    /// <inheritdoc/>
    public void Dispose() => _series.Dispose();
}
