using System.Globalization;
using System.Text.Json;
using Flex.Cli.Bench;
using Flex.Torch;

namespace Flex.Cli.Tests;

/// <summary><c>flex bench</c>: its arithmetic, its two processes and what it prints.</summary>
public sealed class BenchTests
{
    private static readonly WorkSpec Small = new() { Size = "tiny", Image = 32, Batch = 2 };

    [Fact]
    public void Median_IsTheMiddle()
    {
        Assert.Equal(2, PairedRun.Median([3, 1, 2]));
        Assert.Equal(2.5, PairedRun.Median([4, 1, 2, 3]));
    }

    [Fact]
    public void Flops_OfTraining_AreThreeForwardPasses_AndSamplingEncodesTheConditionOnce()
    {
        var flops = RandomFields.Flops(Small);
        using var training = (Small with { IsTraining = true }).Create();
        using var sampling = (Small with { Members = 3, Steps = 2 }).Create();
        Assert.Equal(2 * 3 * flops.Forward, training.Flops);
        Assert.Equal(2 * (flops.TaskEncoder + (6 * (flops.Encoder + flops.Decoder))), sampling.Flops);
    }

    [Fact]
    public void Worker_AnswersEveryRun()
    {
        var work = new CountedWork();
        using var output = new StringWriter();
        Worker.Serve(work, new StringReader("run\nrun\n"), output);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, work.Runs);
        Assert.Equal(3, lines.Length);
        Assert.Equal(7.0, JsonDocument.Parse(lines[0]).RootElement.GetProperty("flops").GetDouble());
        Assert.All(lines.Skip(1), line => Assert.True(JsonDocument.Parse(line).RootElement.GetProperty("peak_mib").GetDouble() > 1));
    }

    [Fact]
    public void Report_HasTheRatioAndTheShareOfTheBestRate()
    {
        var report = new BenchReport(
            "a machine", 0.1, new ConvolutionRates(200, 600), [new Comparison("training step", 0.5, 1, 0.5, 300, 700, 1000)],
            [new OperatorShares("training step", 0.01, [new OperatorShare("aten::mm", 3, 0.9)])], new SolverCost(512, 0.012, 0.01), StartUpSeconds: null);
        var lines = report.Lines().ToList();
        Assert.Contains("| training step | 0.500 | 1.000 | 0.50 | 300 | 150.0 % | 700, 1000 |", lines);
        Assert.Contains(lines, line => line.Contains("1.20 times", StringComparison.Ordinal));
        Assert.Contains("  90.0 %  aten::mm (3 calls)", lines);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Bench_Quick_MeasuresEverything_WithoutAPeer()
    {
        var run = CommandLine.Run("bench", "--quick", "--json", "--python", "/nowhere/python3");
        Assert.Equal(ExitStatus.Success, run.Status);
        var report = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal(2, report.GetProperty("comparisons").GetArrayLength());
        Assert.All(report.GetProperty("comparisons").EnumerateArray(), row =>
        {
            Assert.True(row.GetProperty("rate").GetDouble() > 0);
            Assert.Equal(JsonValueKind.Null, row.GetProperty("ratio").ValueKind);
        });
        Assert.InRange(report.GetProperty("shares")[0].GetProperty("outside").GetDouble(), 0, 1);

        // A single turn of milliseconds beside other work: that there is a number is all that can be asked.
        Assert.True(report.GetProperty("solver").GetProperty("ratio").GetDouble() > 0);
        Assert.Contains("no PyTorch", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Growth_HasOperationsAndTimesOverTheFirst()
    {
        var lines = new Growth("grid", [new Comparison("64²", 0.1, null, null, 100, 400, null), new Comparison("128²", 0.5, null, null, 80, 500, null)]).Lines().ToList();
        Assert.Equal("| 64² | 10.0 | 1.0 | 0.100 | 1.0 | 100 | 400 |", lines[2]);
        Assert.Equal("| 128² | 40.0 | 4.0 | 0.500 | 5.0 | 80 | 500 |", lines[3]);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Growth_Quick_MeasuresEverySeries()
    {
        var run = CommandLine.Run("bench", "growth", "--quick", "--runs", "1", "--json");
        Assert.Equal(ExitStatus.Success, run.Status);
        var growths = JsonDocument.Parse(run.Out).RootElement.EnumerateArray().ToList();
        Assert.Equal(6, growths.Count);
        Assert.All(growths.SelectMany(growth => growth.GetProperty("costs").EnumerateArray()), cost => Assert.True(cost.GetProperty("seconds").GetDouble() > 0));
    }

    [Fact]
    public void Runs_MustBePositive() => CommandLine.Run("bench", "growth", "--runs", "0").AssertBadInput("--runs");

    [Fact]
    public void Pairs_MustBePositive() => CommandLine.Run("bench", "--pairs", "0").AssertBadInput("--pairs", 0.ToString(CultureInfo.InvariantCulture));

    private sealed class CountedWork : IWork
    {
        public int Runs { get; private set; }

        public double Flops => 7;

        public Device Device => Device.Cpu;

        public void Run() => Runs++;

        public void Dispose()
        {
        }
    }
}
