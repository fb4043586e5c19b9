using System.Globalization;

namespace Flex.Evaluation.Reports;

/// <summary>An axis of a plot: where values stand, and which are labelled.</summary>
/// <param name="Low">The value at 0; positive on a logarithmic axis.</param>
/// <param name="High">The value at 1; above <paramref name="Low"/>.</param>
/// <param name="IsLogarithmic">Whether equal steps are equal factors.</param>
internal sealed record PlotAxis(double Low, double High, bool IsLogarithmic)
{
    private const int MostTicks = 6;
    private static readonly double[] Digits = [1, 2, 5];

    /// <summary>The values that are labelled, ascending.</summary>
    public IReadOnlyList<double> Ticks => !IsLogarithmic ? RoundValues() : High / Low > 1000 ? Decades() : RoundFactors();

    /// <summary>An axis over some values with a little air around them.</summary>
    /// <param name="values">The values; what cannot be shown is passed over.</param>
    /// <param name="isLogarithmic">Whether equal steps are equal factors.</param>
    /// <param name="air">The share of the extent that is added at either end.</param>
    public static PlotAxis Covering(IEnumerable<double> values, bool isLogarithmic, double air)
    {
        var shown = values.Where(value => double.IsFinite(value) && (value > 0 || !isLogarithmic)).DefaultIfEmpty(1).ToArray();
        var (low, high) = (shown.Min(), shown.Max());
        if (isLogarithmic)
        {
            var factor = low < high ? Math.Pow(high / low, air) : 2;
            return new PlotAxis(low / factor, high * factor, true);
        }

        var margin = low < high ? air * (high - low) : Math.Max(1, Math.Abs(low)) / 2;
        return new PlotAxis(low - margin, high + margin, false);
    }

    /// <summary>Whether a value has a place.</summary>
    /// <param name="value">The value.</param>
    public bool CanShow(double value) => double.IsFinite(value) && (value > 0 || !IsLogarithmic);

    /// <summary>Where a value stands.</summary>
    /// <param name="value">The value.</param>
    /// <returns>0 at the low end, 1 at the high end.</returns>
    public double Place(double value) => IsLogarithmic ? Math.Log(value / Low) / Math.Log(High / Low) : (value - Low) / (High - Low);

    /// <summary>The label of a tick as a number, or as a power of ten where the axis spans many.</summary>
    /// <param name="tick">The tick.</param>
    /// <returns>The label's foot, and the exponent where it is a power.</returns>
    public (string Foot, string Exponent) Label(double tick) => IsLogarithmic && (Low < 1e-4 || High > 1e5)
        ? ("10", Math.Round(Math.Log10(tick)).ToString(CultureInfo.InvariantCulture).Replace('-', '−'))
        : (tick.ToString("0.#######", CultureInfo.InvariantCulture).Replace('-', '−'), "");

    private double[] RoundValues()
    {
        var rough = (High - Low) / MostTicks;
        var decade = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = Digits.Append(10).Select(digit => digit * decade).First(step => step >= rough * (1 - 1e-9));
        return [.. Enumerable.Range(0, MostTicks + 2).Select(i => (Math.Ceiling(Low / step) + i) * step).TakeWhile(tick => tick <= High + (1e-9 * step))];
    }

    private double[] Decades()
    {
        var (first, last) = ((int)Math.Ceiling(Math.Log10(Low)), (int)Math.Floor(Math.Log10(High)));
        var step = 1 + ((last - first) / MostTicks);
        return [.. Enumerable.Range(first, Math.Max(0, last - first + 1)).Where(exponent => exponent % step == 0).Select(exponent => Math.Pow(10, exponent))];
    }

    private double[] RoundFactors() =>
    [
        .. from exponent in Enumerable.Range((int)Math.Floor(Math.Log10(Low)), 5)
           from digit in Digits
           let tick = digit * Math.Pow(10, exponent)
           where tick >= Low && tick <= High
           select tick,
    ];
}
