using System.Text.Json;

namespace Flex.Evaluation.Figures;

/// <summary>
/// What a training run logged: JSON lines with <c>step</c> and any of <c>loss</c>, <c>valid_loss</c> and <c>lr</c>;
/// other keys are passed over.
/// </summary>
public sealed class TrainingCurves
{
    private readonly Dictionary<string, List<(double Step, double Value)>> _series = [];

    private TrainingCurves()
    {
    }

    /// <summary>The name of the log in a run folder.</summary>
    public const string FileName = "metrics.jsonl";

    /// <summary>Reads a log.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The curves.</returns>
    /// <exception cref="InputException">The file is missing, a line is not JSON, or no line has a loss.</exception>
    public static TrainingCurves Read(string path)
    {
        var curves = new TrainingCurves();
        try
        {
            var number = 0;
            foreach (var line in File.ReadLines(path))
            {
                curves.Take(path, ++number, line);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"cannot read the training log {path}: {e.Message}", e);
        }

        return curves.Of("loss").Count + curves.Of("valid_loss").Count > 0
            ? curves
            : throw new InputException($"{path} has no line with a step and a loss: has the run begun?");
    }

    /// <summary>One logged quantity.</summary>
    /// <param name="key">Its key in the log.</param>
    /// <returns>The values in the order of the log.</returns>
    public IReadOnlyList<(double Step, double Value)> Of(string key) => _series.GetValueOrDefault(key) ?? [];

    /// <summary>Draws the losses and, where it is logged, the learning rate.</summary>
    /// <param name="title">What was trained.</param>
    /// <returns>The figure.</returns>
    public CurveFigure Draw(string title)
    {
        var losses = new CurvePlot(title, "step", "loss", Present(
            [("training loss", "loss", Curve.Blue), ("validation loss", "valid_loss", Curve.Orange)]))
        { LogY = true };
        return new CurveFigure(Of("lr").Count > 0 ? [losses, Rate()] : [losses]);
    }

    /// <summary>Learning rates are tiny: a factor of a thousand keeps the axis free of zeros.</summary>
    private CurvePlot Rate() => new(
        "learning rate", "step", "learning rate [10⁻³]",
        [new Curve("", [.. Of("lr").Select(p => p.Step)], [.. Of("lr").Select(p => 1000 * p.Value)], Curve.Ink)]);

    private List<Curve> Present(IEnumerable<(string Label, string Key, Rgb Colour)> wanted) =>
        [.. wanted.Where(w => Of(w.Key).Count > 0).Select(w => new Curve(
            w.Label, [.. Of(w.Key).Select(p => p.Step)], [.. Of(w.Key).Select(p => p.Value)], w.Colour))];

    private void Take(string path, int number, string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(line);
            var entry = document.RootElement;
            if (entry.ValueKind != JsonValueKind.Object
                || !entry.TryGetProperty("step", out var step) || step.ValueKind != JsonValueKind.Number)
            {
                return;
            }

            foreach (var property in entry.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number))
            {
                if (!_series.TryGetValue(property.Name, out var values))
                {
                    _series[property.Name] = values = [];
                }

                values.Add((step.GetDouble(), property.Value.GetDouble()));
            }
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}, line {number}: not a JSON object; is it a training log?", e);
        }
    }
}
