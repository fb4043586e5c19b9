using System.Globalization;
using Flex.Fields.Grids;

namespace Flex.Fields.NetCdf;

/// <summary>A variable of a file as a series of fields over time: one channel, chosen times, a grid with boundaries.</summary>
public sealed class FieldSeries : IDisposable
{
    private FieldSeries(FieldFile file, string variable, SeriesSelection selection, Action<string>? warn)
    {
        File = file;
        Field = file.Field(variable);
        Channel = selection.Channel;
        if (Channel < 0 || Channel >= Field.Channels)
        {
            throw new InputException($"variable {Field.Variable} of {file.Path} has {Field.Channels} channel(s); there is no channel {Channel}, counted from 0");
        }

        var grid = Field.Grid(registration: selection.Registration, warn: warn);
        Grid = grid with
        {
            Y = grid.Y with { Periodic = selection.PeriodicY ?? grid.Y.Periodic },
            X = grid.X with { Periodic = selection.PeriodicX ?? grid.X.Periodic },
        };
        if ((selection.PeriodicY is null && Field.YCoordinate is null) || (selection.PeriodicX is null && Field.XCoordinate is null))
        {
            warn?.Invoke($"{file.Path} does not say whether its fields wrap around, so edges are taken for edges: say 'periodic' to be sure");
        }

        TimeUnits = Field.TimeCoordinate?.Units ?? "1";
        var times = Field.TimeValues;
        Indices = selection.Times is { } wanted ? [.. wanted.Select(time => IndexOf(time, times))] : [.. Enumerable.Range(0, Field.Times)];
        Times = [.. Indices.Select(i => times[i])];
    }

    /// <summary>The file.</summary>
    public FieldFile File { get; }

    /// <summary>The variable.</summary>
    public FieldVariable Field { get; }

    /// <summary>The channel of the variable, from 0.</summary>
    public int Channel { get; }

    /// <summary>The grid of every field, with its boundaries.</summary>
    public Grid Grid { get; }

    /// <summary>The chosen times' indices in the file.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>The chosen times, in <see cref="TimeUnits"/>; where the file has no coordinate, the indices.</summary>
    public IReadOnlyList<double> Times { get; }

    /// <summary>The units of the times.</summary>
    public string TimeUnits { get; }

    /// <summary>Number of chosen times.</summary>
    public int Count => Indices.Count;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="variable">The variable's name.</param>
    /// <param name="selection">What of it.</param>
    /// <param name="warn">Receives a sentence where coordinates cannot be used, or nothing tells the boundaries.</param>
    /// <returns>The series, to be disposed of.</returns>
    /// <exception cref="InputException">The file cannot be read, or does not have what was chosen.</exception>
    public static FieldSeries Open(string path, string variable, SeriesSelection selection, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(selection);
        var file = FieldFile.Open(path);
        try
        {
            return new FieldSeries(file, variable, selection, warn);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>One field as a source of rows.</summary>
    /// <param name="i">0 … <see cref="Count"/> − 1.</param>
    /// <returns>The rows; missing values come as NaN.</returns>
    public IFieldRows Rows(int i) => Field.At(Indices[i], Channel);

    /// <summary>Reads one whole field.</summary>
    /// <param name="i">0 … <see cref="Count"/> − 1.</param>
    /// <returns>(H, W) values row by row; missing ones are NaN.</returns>
    /// <exception cref="InputException">The data cannot be read.</exception>
    public float[] Read(int i)
    {
        var values = new float[checked(Grid.Height * Grid.Width)];
        Field.ReadWindow(Indices[i], Channel, Window.Whole(Grid.Height, Grid.Width), values);
        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();

    // Times are written with a few digits and stored with many: a hundredth of the spacing tells them apart.
    private int IndexOf(double time, IReadOnlyList<double> times)
    {
        var nearest = Enumerable.Range(0, times.Count).MinBy(i => Math.Abs(times[i] - time));
        var spacing = times.Count > 1 ? Math.Abs(times[^1] - times[0]) / (times.Count - 1) : Math.Max(1, Math.Abs(time));
        return Math.Abs(times[nearest] - time) <= 0.01 * spacing
            ? nearest
            : throw new InputException(string.Create(
                CultureInfo.InvariantCulture,
                $"{File.Path} has no time {time}: its {times.Count} times run from {times[0]} to {times[^1]}, the nearest is {times[nearest]}"));
    }
}

/// <summary>What of a variable is read, and how it is understood.</summary>
public sealed record SeriesSelection
{
    /// <summary>The channel (or member) of a variable that has them, from 0.</summary>
    public int Channel { get; init; }

    /// <summary>Times in the file's units; null is all of them.</summary>
    public IReadOnlyList<double>? Times { get; init; }

    /// <summary>Whether rows wrap around; null takes it from the file.</summary>
    public bool? PeriodicY { get; init; }

    /// <summary>Whether columns wrap around; null takes it from the file.</summary>
    public bool? PeriodicX { get; init; }

    /// <summary>How the grid lies among the points of a finer one.</summary>
    public Registration Registration { get; init; } = Registration.Node;
}
