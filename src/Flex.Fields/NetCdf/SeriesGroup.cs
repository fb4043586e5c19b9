namespace Flex.Fields.NetCdf;

/// <summary>Variables of a file that are the channels of one field: series with the same times on one grid.</summary>
public sealed class SeriesGroup : IDisposable
{
    private SeriesGroup(IReadOnlyList<FieldSeries> channels) => Channels = channels;

    /// <summary>The channels, at least one.</summary>
    public IReadOnlyList<FieldSeries> Channels { get; }

    /// <summary>The first channel, whose grid and times are those of all.</summary>
    public FieldSeries First => Channels[0];

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="variables">The variables, see <see cref="FieldChannel.List"/>.</param>
    /// <param name="selection">What of them.</param>
    /// <param name="warn">Receives a sentence where coordinates cannot be used, or nothing tells the boundaries.</param>
    /// <returns>The series, to be disposed of.</returns>
    /// <exception cref="InputException">The file cannot be read, does not have what was chosen, or the variables do not lie on one grid.</exception>
    public static SeriesGroup Open(string path, string variables, SeriesSelection selection, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(selection);
        var group = new List<FieldSeries>();
        try
        {
            foreach (var channel in FieldChannel.List(variables))
            {
                var series = FieldSeries.Open(
                    path, channel.Variable, selection with { Channel = channel.Index ?? selection.Channel }, group.Count == 0 ? warn : null);
                group.Add(series);
                if ((series.Grid.Height, series.Grid.Width, series.Field.Times) != (group[0].Grid.Height, group[0].Grid.Width, group[0].Field.Times))
                {
                    throw new InputException($"variables {group[0].Field.Variable} and {series.Field.Variable} of {path} have different times or grids: the channels of a model lie on one grid");
                }
            }

            return new SeriesGroup(group);
        }
        catch
        {
            group.ForEach(series => series.Dispose());
            throw;
        }
    }

    /// <summary>Reads one whole field in all channels.</summary>
    /// <param name="i">The index of the chosen time.</param>
    /// <returns>(C, H, W) values row by row; missing ones are NaN.</returns>
    /// <exception cref="InputException">The data cannot be read.</exception>
    public float[] Read(int i) => [.. Channels.SelectMany(series => series.Read(i))];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var series in Channels)
        {
            series.Dispose();
        }
    }
}
