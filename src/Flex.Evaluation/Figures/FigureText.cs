using System.Globalization;
using Flex.Evaluation.Metrics;

namespace Flex.Evaluation.Figures;

/// <summary>What the second lines of panels say.</summary>
internal static class FigureText
{
    /// <summary>How good an estimate is.</summary>
    public static string Rfne(float[] estimate, float[] truth) =>
        string.Create(CultureInfo.InvariantCulture, $"RFNE {FieldMetric.Of<Rfne>(estimate, truth):F3}");

    /// <summary>By how much a small field was enlarged to be seen on the common scale.</summary>
    public static string Magnified(int factor) => factor > 1 ? $"magnified × {factor}" : "same scale";
}
