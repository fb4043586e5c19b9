using Flex.Cli.SuperResolution;

namespace Flex.Cli.Forecasting;

/// <summary>From which times of a file forecasts are made that can be judged.</summary>
internal sealed class ForecastStarts
{
    private const string Every = "all";
    private readonly IReadOnlyList<double>? _times;
    private readonly bool _all;

    private ForecastStarts(IReadOnlyList<double>? times, bool all) => (_times, _all) = (times, all);

    /// <summary>Reads <c>--starts</c>.</summary>
    /// <param name="text">Times with commas between them, <c>all</c>, or null for the first time that has enough past.</param>
    /// <param name="option">The option, for messages.</param>
    /// <returns>The starts.</returns>
    /// <exception cref="InputException">One is no number.</exception>
    public static ForecastStarts Parse(string? text, string option) =>
        text == Every ? new ForecastStarts(null, true) : new ForecastStarts(FieldOptions.Numbers(text, option), false);

    /// <summary>A single start.</summary>
    /// <param name="time">The time of the last known state.</param>
    public static ForecastStarts At(double time) => new([time], false);

    /// <summary>The last known states in a file.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="leads">Steps of every forecast.</param>
    /// <returns>Indices of times, at least one.</returns>
    /// <exception cref="InputException">The file does not reach back or forward far enough.</exception>
    public IReadOnlyList<int> In(HistoryReader reader, int leads)
    {
        if (_all && reader.Presents(leads) is [_, ..] presents)
        {
            return presents;
        }

        int[] chosen = _times is null ? [reader.First] : [.. _times.Select(time => reader.Present(time))];
        foreach (var present in chosen)
        {
            reader.Require(present, leads);
        }

        return chosen;
    }
}
