using System.Text.Json;

namespace Flex.Evaluation.Figures;

/// <summary>
/// What a training run logged: JSON lines with <c>step</c> and any of <c>loss</c>, <c>valid_loss</c>,
/// <c>valid_sample_error</c> and <c>learning_rate</c>; other keys are not drawn.
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
            var lines = File.ReadAllLines(path);
            for (var i = 0; i < lines.Length; i++)
            {
                // A run that is being written, or was killed, may end in half a line.
                if (!curves.TryTake(lines[i]) && i < lines.Length - 1)
                {
                    throw new InputException($"{path}, line {i + 1}: not a JSON object; is it a training log?");
                }
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

    /// <summary>Draws the losses and, where they are logged, the error of validation samples and the learning rate.</summary>
    /// <param name="title">What was trained.</param>
    /// <returns>The figure.</returns>
    public CurveFigure Draw(string title)
    {
        var losses = new CurvePlot(title, "step", "loss", Present(
            [("training loss", "loss", Curve.Blue), ("validation loss", "valid_loss", Curve.Orange)]))
        { LogY = true };
        var error = new CurvePlot("validation samples", "step", "relative error", Present([("", "valid_sample_error", Curve.Orange)]));

        // Learning rates are tiny: a factor of a thousand keeps the axis free of zeros.
        var rate = new CurvePlot(
            "learning rate", "step", "learning rate [10⁻³]", Present([("", "learning_rate", Curve.Ink)], factor: 1000));
        return new CurveFigure([.. new[] { losses, error, rate }.Where(plot => plot.Curves.Count > 0)]);
    }

    private List<Curve> Present(IEnumerable<(string Label, string Key, Rgb Colour)> wanted, double factor = 1) =>
        [.. wanted.Where(w => Of(w.Key).Count > 0).Select(w => new Curve(
            w.Label, [.. Of(w.Key).Select(p => p.Step)], [.. Of(w.Key).Select(p => factor * p.Value)], w.Colour))];

    /// <summary>Takes a line in; false when it is no JSON object.</summary>
    private bool TryTake(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return true;
        }

        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            if (document.RootElement.TryGetProperty("step", out var step) && step.ValueKind == JsonValueKind.Number)
            {
                Take(step.GetDouble(), document.RootElement);
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Take(double step, JsonElement entry)
    {
        foreach (var property in entry.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number))
        {
            if (!_series.TryGetValue(property.Name, out var values))
            {
                _series[property.Name] = values = [];
            }

            values.Add((step, property.Value.GetDouble()));
        }
    }
}
