using Flex.Fields.Grids;

namespace Flex.Fields.NetCdf;

/// <summary>
/// A variable seen as a field over (time, channel, y, x), whatever its rank: (y, x) has one time and one channel,
/// (time, y, x) one channel. A leading dimension called <c>member</c>, as in ensembles written by
/// <see cref="FieldWriter"/>, is the channel.
/// </summary>
public sealed class FieldVariable
{
    private const string MemberDimension = "member";
    private readonly int? _timeAxis;
    private readonly int? _channelAxis;

    /// <summary>Views a variable as a field.</summary>
    /// <param name="variable">A numeric variable of 2 to 4 dimensions.</param>
    /// <exception cref="InputException">The variable is not numeric, has another rank, or is empty.</exception>
    public FieldVariable(FileVariable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        Variable = variable;
        var dimensions = variable.Dimensions;
        if (!variable.Type.IsNumeric())
        {
            throw new InputException($"variable {variable.Name} of {variable.File.Path} is of type {variable.Type}, not a number; choose another variable");
        }

        if (dimensions.Count is < 2 or > 4)
        {
            throw new InputException($"variable {variable} of {variable.File.Path} has {dimensions.Count} dimensions; a field has (y, x), (time, y, x) or (time, channel, y, x)");
        }

        if (dimensions.Any(d => d.Length is < 1 or > int.MaxValue))
        {
            throw new InputException($"variable {variable} of {variable.File.Path} is empty or too long along a dimension");
        }

        variable.RequireHeld();
        (_timeAxis, _channelAxis) = (dimensions.Count, dimensions[0].Name == MemberDimension) switch
        {
            (2, _) => ((int?)null, (int?)null),
            (3, false) => (0, null),
            (3, true) => (null, 0),
            (_, false) => (0, 1),
            (_, true) => (1, 0),
        };
    }

    /// <summary>The variable itself.</summary>
    public FileVariable Variable { get; }

    /// <summary>Number of times; 1 where the variable has no time.</summary>
    public int Times => Length(_timeAxis);

    /// <summary>Number of channels (or members); 1 where the variable has none.</summary>
    public int Channels => Length(_channelAxis);

    /// <summary>Number of rows.</summary>
    public int Height => (int)YDimension.Length;

    /// <summary>Number of columns.</summary>
    public int Width => (int)XDimension.Length;

    /// <summary>Whether the channels are members of an ensemble.</summary>
    public bool ChannelsAreMembers => _channelAxis == 0;

    /// <summary>The rows' dimension.</summary>
    public FileDimension YDimension => Variable.Dimensions[^2];

    /// <summary>The columns' dimension.</summary>
    public FileDimension XDimension => Variable.Dimensions[^1];

    /// <summary>The times' coordinates, or null where the file gives none.</summary>
    public Coordinate? TimeCoordinate => _timeAxis is { } axis ? Variable.File.Coordinate(Variable.Dimensions[axis].Name) : null;

    /// <summary>The times, in the coordinate's units; their indices where the file gives none.</summary>
    public IReadOnlyList<double> TimeValues => TimeCoordinate?.Values ?? [.. Enumerable.Range(0, Times).Select(i => (double)i)];

    /// <summary>The rows' coordinates, or null where the file gives none.</summary>
    public Coordinate? YCoordinate => Variable.File.Coordinate(YDimension.Name);

    /// <summary>The columns' coordinates, or null where the file gives none.</summary>
    public Coordinate? XCoordinate => Variable.File.Coordinate(XDimension.Name);

    /// <summary>Reads a window of one time and channel.</summary>
    /// <param name="time">Index of the time.</param>
    /// <param name="channel">Index of the channel or member.</param>
    /// <param name="window">The rows and columns.</param>
    /// <param name="destination">Receives the values row by row; missing ones are NaN.</param>
    /// <returns>The number of missing values.</returns>
    /// <exception cref="InputException">An index lies outside the variable, or the data cannot be read.</exception>
    public long ReadWindow(int time, int channel, Window window, Span<float> destination)
    {
        Span<long> start = stackalloc long[Variable.Dimensions.Count];
        Span<long> count = stackalloc long[Variable.Dimensions.Count];
        Place(time, channel, window, start, count);
        return Variable.Read(start, count, destination);
    }

    /// <inheritdoc cref="ReadWindow(int, int, Window, Span{float})"/>
    public long ReadWindow(int time, int channel, Window window, Span<double> destination)
    {
        Span<long> start = stackalloc long[Variable.Dimensions.Count];
        Span<long> count = stackalloc long[Variable.Dimensions.Count];
        Place(time, channel, window, start, count);
        return Variable.Read(start, count, destination);
    }

    /// <summary>One time and channel as a source of rows.</summary>
    /// <param name="time">Index of the time.</param>
    /// <param name="channel">Index of the channel or member.</param>
    public IFieldRows At(int time, int channel = 0) => new Slice(this, time, channel);

    private int Length(int? axis) => axis is { } i ? (int)Variable.Dimensions[i].Length : 1;

    private void Place(int time, int channel, Window window, Span<long> start, Span<long> count)
    {
        if ((uint)time >= (uint)Times || (uint)channel >= (uint)Channels || !window.LiesIn(Height, Width))
        {
            throw new InputException(
                $"time {time}, {(ChannelsAreMembers ? MemberDimension : "channel")} {channel}, {window} is not inside {Variable} of {Variable.File.Path}");
        }

        count.Fill(1);
        if (_timeAxis is { } timeAxis)
        {
            start[timeAxis] = time;
        }

        if (_channelAxis is { } channelAxis)
        {
            start[channelAxis] = channel;
        }

        (start[^2], start[^1]) = (window.Y, window.X);
        (count[^2], count[^1]) = (window.Height, window.Width);
    }

    private sealed class Slice(FieldVariable whole, int time, int channel) : IFieldRows
    {
        public int Height => whole.Height;

        public int Width => whole.Width;

        public void ReadRow(int y, int x, Span<float> destination) =>
            whole.ReadWindow(time, channel, new Window(y, x, 1, destination.Length), destination);
    }
}
