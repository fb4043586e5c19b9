using Flex.Fields.NetCdf;

namespace Flex.Fields.DataSets;

/// <summary>The mean field of every calendar month over some files: the least that a forecast or refinement has to beat.</summary>
public sealed class MonthlyClimatology
{
    private readonly double[]?[] _sums = new double[]?[12];
    private readonly int[] _counts = new int[12];
    private (int Height, int Width) _shape;

    private MonthlyClimatology()
    {
    }

    /// <summary>Averages the fields of files.</summary>
    /// <param name="files">The files, at least one, of one grid and with dates.</param>
    /// <param name="variable">The variable, or variables with commas between them, see <see cref="FieldChannel.List"/>.</param>
    /// <param name="channel">The channel of a variable whose name does not say one.</param>
    /// <returns>The climatology.</returns>
    /// <exception cref="InputException">A file cannot be read, has no dates, another shape, or missing values.</exception>
    public static MonthlyClimatology Of(IEnumerable<string> files, string variable, int channel = 0)
    {
        ArgumentNullException.ThrowIfNull(files);
        var climatology = new MonthlyClimatology();
        foreach (var path in files)
        {
            using var series = SeriesGroup.Open(path, variable, new SeriesSelection { Channel = channel });
            for (var i = 0; i < series.First.Count; i++)
            {
                climatology.Add(series, i);
            }
        }

        return climatology;
    }

    /// <summary>The mean field of a time's month.</summary>
    /// <param name="time">The time.</param>
    /// <param name="units">Its units.</param>
    /// <param name="height">Rows that are expected.</param>
    /// <param name="width">Columns that are expected.</param>
    /// <returns>(C, H, W) values row by row.</returns>
    /// <exception cref="InputException">The time has no date, its month no field, or the fields another shape.</exception>
    public float[] At(double time, string units, int height, int width)
    {
        if (_shape != (height, width))
        {
            throw new InputException($"the climatology's fields are {_shape.Height}×{_shape.Width}, those to be judged {height}×{width}: use files of one grid");
        }

        var month = CfTime.Date(time, units).Month;
        return _sums[month - 1] is { } sums
            ? Array.ConvertAll(sums, sum => (float)(sum / _counts[month - 1]))
            : throw new InputException($"the climatology's files have no field of month {month}: add such files");
    }

    private void Add(SeriesGroup group, int i)
    {
        var series = group.First;
        var (values, month) = (group.Read(i), CfTime.Date(series.Times[i], series.TimeUnits).Month - 1);
        var shape = (series.Grid.Height, series.Grid.Width);
        _shape = _shape == default ? shape : _shape;
        if (shape != _shape || !Array.TrueForAll(values, float.IsFinite))
        {
            throw new InputException($"{series.File.Path} cannot join the climatology: {(shape != _shape ? "its grid differs from the first file's" : $"values are missing at time index {series.Indices[i]}")}");
        }

        var sums = _sums[month] ??= new double[values.Length];
        for (var k = 0; k < sums.Length; k++)
        {
            sums[k] += values[k];
        }

        _counts[month]++;
    }
}
