using System.Globalization;
using System.Text.Json;
using Flex.Cli;
using Flex.Soak.Tests.Support;

namespace Flex.Soak.Tests.Endurance;

/// <summary>Trains a network of the tiny size on fields of 128² for a while, watches what the process holds, and interrupts it.</summary>
/// <param name="duration">How long.</param>
/// <param name="every">Steps between validations and between checkpoints; all kinds of work happen in the first quarter of the time.</param>
internal sealed class EnduranceRun(TimeSpan duration, int every)
{
    private const int Readings = 240;

    private readonly List<ProcessReading> _readings = [];
    private readonly List<double> _rates = [];

    /// <summary>Trains.</summary>
    public void Watch()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["train.yaml"], $$"""
            model: { size: tiny }
            data:
              train: { files: [flow.nc], variable: w, patch: 64, periodic: [y, x], cache: memory }
              valid: { files: [flow.nc], patches: 8, sample_steps: 2 }
            optimizer: { kind: adamw, learning_rate: 1e-4 }
            steps: 1000000
            batch: 2
            validate_every: {{every}}
            log_every: 5
            checkpoint_every: { steps: {{every}} }
            keep: 2
            """);
        var simulated = Tool.Run("simulate", "turbulence", "--size", "128", "--times", "0.1:0.4:0.1", "--reynolds", "60", "--out", folder["flow.nc"]);
        Assert.True(simulated.Status == ExitStatus.Success, simulated.Error);

        using var stop = new CancellationTokenSource(duration);
        using (new Timer(_ => _readings.Add(ProcessReading.Now()), null, duration / Readings, duration / Readings))
        {
            using var error = new StringWriter();
            var status = Application.Run(
                ["train", folder["train.yaml"], "--out", folder["run"]],
                new CliServices(TextWriter.Null, error, TimeProvider.System, IsTerminal: false, Width: 80),
                stop.Token);
            Assert.True(status == ExitStatus.Interrupted, error.ToString());
        }

        _rates.AddRange(File.ReadLines(folder["run/metrics.jsonl"])
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(entry => entry.TryGetProperty("samples_per_second", out var _))
            .Select(entry => entry.GetProperty("samples_per_second").GetDouble()));
        SoakReport.Add(string.Create(CultureInfo.InvariantCulture,
            $"training for {duration.TotalMinutes:0} minutes: {Describe(r => r.Resident, "MiB")}, {Describe(r => r.Tensors, "tensors")}, "
            + $"{Describe(r => r.Descriptors, "descriptors")}, {Describe(r => r.Threads, "threads")}, {Rate(1):0.00} -> {Rate(3):0.00} samples/s"));
    }

    /// <summary>The median in a quarter (0 to 3) of the time; the first one is for caches to fill.</summary>
    public double Median(int quarter, Func<ProcessReading, double> of) => Middle([.. _readings.Select(of)], quarter);

    /// <summary>The median rate in a quarter of the time, samples per second.</summary>
    public double Rate(int quarter) => Middle(_rates, quarter);

    private string Describe(Func<ProcessReading, double> of, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{Median(1, of):0} -> {Median(3, of):0} {unit}");

    private static double Middle(List<double> values, int quarter)
    {
        var part = values[(values.Count * quarter / 4)..(values.Count * (quarter + 1) / 4)].Order().ToList();
        Assert.NotEmpty(part);
        return part[part.Count / 2];
    }
}
