using System.Globalization;

namespace Flex.Fields.Solvers;

/// <summary>The times at which a simulation writes its state: at least one, in increasing order, none before 0.</summary>
public sealed class OutputTimes
{
    private const int Limit = 1_000_000;

    /// <summary>Takes a list of times.</summary>
    /// <param name="values">The times.</param>
    /// <exception cref="InputException">The list is empty, unsorted, negative or not finite.</exception>
    public OutputTimes(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
        {
            throw new InputException("there are no output times: give at least one");
        }

        var before = double.NegativeInfinity;
        foreach (var time in values)
        {
            if (!(time >= 0) || !double.IsFinite(time))
            {
                throw new InputException($"the output time {time} cannot be reached: give numbers ≥ 0");
            }

            if (time <= before)
            {
                throw new InputException($"the output times are not in increasing order: {time} follows {before}; sort them");
            }

            before = time;
        }

        Values = values;
    }

    /// <summary>The times.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Equidistant times, the last one included.</summary>
    /// <param name="first">The first time.</param>
    /// <param name="last">The last time, a whole number of intervals later.</param>
    /// <param name="interval">The distance.</param>
    /// <exception cref="InputException">The interval is not positive or does not divide the range.</exception>
    public static OutputTimes Every(double first, double last, double interval)
    {
        var steps = Math.Round((last - first) / interval);
        if (!(interval > 0) || !(steps is >= 0 and < Limit) || Math.Abs(first + (steps * interval) - last) > 1e-9 * interval * Math.Max(1, steps))
        {
            throw new InputException($"the output times {first}:{last}:{interval} do not end at {last}: give FIRST:LAST:INTERVAL with a whole number of intervals");
        }

        // Rounded to 12 decimals so that 0.5 + 3·0.025 is 0.575 and not one unit in the last place beside it.
        return new OutputTimes([.. Enumerable.Range(0, (int)steps + 1).Select(i => Math.Round(first + (i * interval), 12))]);
    }

    /// <summary>Reads <c>FIRST:LAST:INTERVAL</c> or a list <c>T1,T2,…</c>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="InputException">It is neither.</exception>
    public static OutputTimes Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var isRange = text.Contains(':');
        double[] numbers = [.. text.Split(isRange ? ':' : ',').Select(part => Number(part, text))];
        return (isRange, numbers.Length) switch
        {
            (true, 3) => Every(numbers[0], numbers[1], numbers[2]),
            (false, _) => new OutputTimes(numbers),
            _ => throw Malformed(text),
        };
    }

    private static double Number(string part, string text) =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Malformed(text);

    private static InputException Malformed(string text) =>
        new($"the output times \"{text}\" cannot be read: write FIRST:LAST:INTERVAL (0.5:3:0.025) or a list (0.5,1,2)");
}
