using System.Globalization;
using Flex.Diffusion;
using Flex.Diffusion.Tiling;
using Flex.Fields.NetCdf;

namespace Flex.Cli.Forecasting;

/// <summary>Reads the snapshots of a file that a forecast starts from, and tells when those are that it foretells.</summary>
/// <param name="series">All times of the file.</param>
/// <param name="task">The model's task.</param>
internal sealed class HistoryReader(SeriesGroup series, ForecastTask task)
{
    // Of the time step; months are not equally long.
    private const double Tolerance = 0.15;

    // Where training files or this one tell no times, snapshots follow each other as they lie in the file.
    private readonly double _step = series.First.Field.TimeCoordinate is null ? 1 : task.TimeStep ?? MeanStep(series.First);

    /// <summary>The index of a time; the last one for null.</summary>
    /// <param name="time">The present, in the file's units.</param>
    /// <returns>0 … times − 1.</returns>
    /// <exception cref="InputException">The file has no such time.</exception>
    public int Present(double? time) => time is { } at ? Find(at) : series.First.Count - 1;

    /// <summary>The index of the first time that has enough past.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public int First => Find(series.First.Times[0] + ((task.History - 1) * _step));

    /// <summary>Makes sure that all times are there which a forecast starts from and is judged by.</summary>
    /// <param name="present">The index of the present.</param>
    /// <param name="leads">Steps of the forecast.</param>
    /// <exception cref="InputException">One is missing.</exception>
    public void Require(int present, int leads)
    {
        for (var lead = 1 - task.History; lead <= leads; lead++)
        {
            Find(TimeOf(present, lead));
        }
    }

    /// <summary>The indices of the presents with all times that a forecast starts from and is judged by.</summary>
    /// <param name="leads">Steps of the forecast.</param>
    public IReadOnlyList<int> Presents(int leads) => [.. Enumerable.Range(0, series.First.Count).Where(
        present => Enumerable.Range(1 - task.History, task.History + leads).All(lead => Known(TimeOf(present, lead)) is not null))];

    /// <summary>The time of a step of the forecast.</summary>
    /// <param name="present">The index of the present.</param>
    /// <param name="lead">1, 2, …; 0 is the present, and what is negative lies before it.</param>
    /// <returns>The time, in the file's units.</returns>
    public double TimeOf(int present, int lead) => series.First.Times[present] + (lead * _step);

    /// <summary>Reads the last K snapshots.</summary>
    /// <param name="present">The index of the present.</param>
    /// <returns>The history.</returns>
    /// <exception cref="InputException">The file does not reach back far enough, or has missing values.</exception>
    public History Read(int present)
    {
        var snapshots = Enumerable.Range(0, task.History)
            .Select(k => Values(Find(TimeOf(present, k - (task.History - 1))))).ToList();
        var grid = series.First.Grid;
        return new History(snapshots, grid.Height, grid.Width, grid.Y.Periodic, grid.X.Periodic);
    }

    /// <summary>Reads one snapshot.</summary>
    /// <param name="index">Its index.</param>
    /// <returns>(C, H, W) values.</returns>
    /// <exception cref="InputException">A value is missing.</exception>
    public float[] Values(int index)
    {
        var values = series.Read(index);
        return Array.TrueForAll(values, float.IsFinite)
            ? values
            : throw new InputException($"variable {string.Join(", ", series.Channels.Select(channel => channel.Field.Variable.Name))} of {series.First.File.Path} has missing or infinite values at time {Text(series.First.Times[index])}: fill them first, or start from another time with --at");
    }

    /// <summary>The index of a time.</summary>
    /// <param name="time">The time.</param>
    /// <returns>0 … times − 1.</returns>
    /// <exception cref="InputException">The file has no such time.</exception>
    public int Find(double time) => Known(time) ?? throw new InputException(
        $"{series.First.File.Path} has no time {Text(time)}: its {series.First.Count} time(s) run from {Text(series.First.Times[0])} to {Text(series.First.Times[^1])}; "
        + $"the model forecasts from {task.History} snapshots that are {Text(_step)} apart");

    private int? Known(double time)
    {
        var nearest = Enumerable.Range(0, series.First.Count).MinBy(i => Math.Abs(series.First.Times[i] - time));
        return Math.Abs(series.First.Times[nearest] - time) <= Tolerance * Math.Abs(_step) ? nearest : null;
    }

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static double MeanStep(FieldSeries series) =>
        series.Count > 1 ? (series.Times[^1] - series.Times[0]) / (series.Count - 1) : 1;
}
