namespace Flex.Evaluation.Figures;

/// <summary>One pair of axes with its curves.</summary>
/// <param name="Title">Above the axes.</param>
/// <param name="XLabel">Below the horizontal axis, with unit.</param>
/// <param name="YLabel">Beside the vertical axis, with unit.</param>
/// <param name="Curves">What is drawn, the last on top.</param>
public sealed record CurvePlot(string Title, string XLabel, string YLabel, IReadOnlyList<Curve> Curves)
{
    /// <summary>Whether the horizontal axis is logarithmic; points that are not positive are then left out.</summary>
    public bool LogX { get; init; }

    /// <summary>Whether the vertical axis is logarithmic; points that are not positive are then left out.</summary>
    public bool LogY { get; init; }

    /// <summary>The ordinates shown; null shows all.</summary>
    public (double Low, double High)? YRange { get; init; }

    /// <summary>The corner with the key, in gnuplot's words: "top right", "bottom left".</summary>
    public string Key { get; init; } = "top right";

    /// <summary>Vertical lines at these abscissae, each with its text.</summary>
    public IReadOnlyList<(double X, string Text)> Marks { get; init; } = [];
}
