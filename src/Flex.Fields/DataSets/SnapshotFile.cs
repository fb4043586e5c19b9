using System.Numerics.Tensors;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;

namespace Flex.Fields.DataSets;

/// <summary>One file of a data set: the times of one or several variables on one grid, with the physical parameters of the run.</summary>
internal sealed class SnapshotFile : IDisposable
{
    // Months are evenly spaced, missing ones are not.
    private const double TimeStepTolerance = 0.15;

    private readonly FieldFile _file;
    private readonly FieldVariable _field;
    private readonly (FieldVariable Field, int Channel)[] _channels;
    private readonly int[] _times;

    private SnapshotFile(FieldFile file, DataConfig config)
    {
        _file = file;
        _channels = [.. FieldChannel.List(config.Variable).Select(channel => (file.Field(channel.Variable), channel.Index ?? config.Channel))];
        _field = _channels[0].Field;
        CheckChannels();
        var grid = _field.Grid();
        PeriodicY = config.Periodic?.Contains(FieldAxis.Y) ?? grid.Y.Periodic;
        PeriodicX = config.Periodic?.Contains(FieldAxis.X) ?? grid.X.Periodic;
        if (config.Patch > Math.Min(Height, Width))
        {
            throw new InputException($"patches of {config.Patch}² do not fit the {Height}×{Width} fields of {_file.Path}: choose a smaller 'patch'");
        }

        _times = config.Times.Select(_field.Times, file.Path);
        Parameters = [.. config.Parameter.Select(source => (float)(ParameterSource.Read(source, file) / config.ParameterScale))];
    }

    /// <summary>The file's path.</summary>
    public string Path => _file.Path;

    /// <summary>Number of selected times.</summary>
    public int Count => _times.Length;

    /// <summary>Number of fine rows.</summary>
    public int Height => _field.Height;

    /// <summary>Number of fine columns.</summary>
    public int Width => _field.Width;

    /// <summary>Whether rows wrap around.</summary>
    public bool PeriodicY { get; }

    /// <summary>Whether columns wrap around.</summary>
    public bool PeriodicX { get; }

    /// <summary>The scaled physical parameters, P values.</summary>
    public float[] Parameters { get; }

    /// <summary>The distance of the selected times, in the file's units; NaN for a single one.</summary>
    /// <exception cref="InputException">The times are not evenly spaced (months are).</exception>
    public double TimeStep()
    {
        if (Count < 2)
        {
            return double.NaN;
        }

        var values = _field.TimeValues;
        double[] times = [.. _times.Select(i => values[i])];
        var step = (times[^1] - times[0]) / (Count - 1);
        for (var i = 1; i < Count; i++)
        {
            if (!(Math.Abs(times[i] - times[i - 1] - step) <= TimeStepTolerance * Math.Abs(step)))
            {
                throw new InputException($"the times of {_file.Path} are not evenly spaced ({times[i - 1]}, {times[i]}, on average {step} apart): a forecast needs equal steps; choose others with 'times'");
            }
        }

        return step;
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InputException">Unreadable, or not what the configuration says.</exception>
    public static SnapshotFile Open(string path, DataConfig config)
    {
        var file = FieldFile.Open(path);
        try
        {
            return new SnapshotFile(file, config);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The index in the file of a selected time.</summary>
    public int TimeIndex(int snapshot) => _times[snapshot];

    /// <summary>Reads a window.</summary>
    /// <param name="snapshot">0 … <see cref="Count"/> − 1.</param>
    /// <param name="channel">0 … C − 1, in the configuration's order.</param>
    /// <param name="window">Rows and columns inside the field.</param>
    /// <param name="destination">Receives the values row by row.</param>
    /// <exception cref="InputException">A value is missing or not finite.</exception>
    public void Read(int snapshot, int channel, Window window, Span<float> destination)
    {
        var time = _times[snapshot];
        var (field, index) = _channels[channel];
        var missing = field.ReadWindow(time, index, window, destination);

        // The largest magnitude is NaN or infinite as soon as one value is.
        if (missing > 0 || !float.IsFinite(TensorPrimitives.MaxMagnitude(destination)))
        {
            throw new InputException($"variable {field.Variable.Name} of {_file.Path} has missing or infinite values at time index {time} ({window}): fill them, or leave the time out with 'times'");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void CheckChannels()
    {
        foreach (var (field, channel) in _channels)
        {
            if (channel >= field.Channels)
            {
                throw new InputException($"variable {field.Variable} of {Path} has {field.Channels} channel(s), there is no channel {channel}: correct 'channel' or 'variable'");
            }

            if ((field.Times, field.Height, field.Width) != (_field.Times, _field.Height, _field.Width))
            {
                throw new InputException($"variables {_field.Variable} and {field.Variable} of {Path} have different times or grids: the channels of a model lie on one grid");
            }
        }
    }
}
