namespace Flex.Evaluation.Figures;

/// <summary>The picture of a super-resolved field: coarse, truth, baseline, sample and the sample's error.</summary>
public static class SuperResolutionFigure
{
    /// <summary>Lays the picture out; all panels share the truth's colour scale.</summary>
    /// <param name="truth">The true field, row-major (height, width).</param>
    /// <param name="baseline">The baseline's answer, on the same grid.</param>
    /// <param name="sample">The model's answer, on the same grid.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="coarse">The input.</param>
    /// <param name="label">What the colours mean, with unit.</param>
    /// <param name="names">Names of the baseline and the model.</param>
    /// <returns>The figure.</returns>
    public static FieldFigure Compare(
        float[] truth, float[] baseline, float[] sample, int height, int width, FieldPanel coarse, string label,
        (string Baseline, string Model) names)
    {
        var scale = ColourScale.Covering([truth]);
        var error = sample.Zip(truth, (estimate, exact) => estimate - exact).ToArray();
        var factor = scale.Magnification([error]);
        return new FieldFigure(
            [
                coarse,
                new FieldPanel("truth", truth, height, width, $"{height} × {width}"),
                new FieldPanel(names.Baseline, baseline, height, width, FigureText.Rfne(baseline, truth)),
                new FieldPanel(names.Model, sample, height, width, FigureText.Rfne(sample, truth)),
                new FieldPanel(
                    $"error of {names.Model}", [.. error.Select(e => factor * e)], height, width,
                    FigureText.Magnified(factor)),
            ],
            scale, label);
    }
}
