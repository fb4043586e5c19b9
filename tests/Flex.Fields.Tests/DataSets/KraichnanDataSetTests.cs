using Flex.Fields.Configuration;
using Flex.Fields.DataSets;
using Flex.Fields.NetCdf;
using Flex.IO;

namespace Flex.Fields.Tests.DataSets;

public sealed class KraichnanDataSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(128, 15.625)]
    [InlineData(256, 62.5)]
    [InlineData(512, 250)]
    public void The_shipped_definitions_have_27_runs_those_to_train_on_first(int size, double lowest)
    {
        var dataSet = YamlConfig.Load<KraichnanDataSet>(Repository.PathOf($"configs/kt-{size}.yaml"));
        var runs = dataSet.Runs();
        Assert.Equal(27, runs.Count);
        Assert.All(runs.Take(16), run => Assert.StartsWith("train/", run.File, StringComparison.Ordinal));
        Assert.All(runs.Skip(16).Take(4), run => Assert.StartsWith("valid/", run.File, StringComparison.Ordinal));
        Assert.All(runs.Skip(20), run => Assert.StartsWith("test/", run.File, StringComparison.Ordinal));
        Assert.Equal(27, runs.Select(run => run.File).Distinct().Count());
        Assert.Equal($"train/re{lowest}_seed2150.nc", runs[0].File);
        Assert.All(runs, run => Assert.Equal(lowest / 4000, run.Settings.Reynolds / run.Settings.NominalReynolds!.Value, 1e-12));
        Assert.All(runs, run => Assert.Equal(101, run.Settings.Times.Values.Count));

        // No flow that a model is judged by is one that it has learnt from.
        var seeds = new[] { dataSet.Train, dataSet.Valid, dataSet.Test }.SelectMany(part => part.Seeds).ToList();
        Assert.Equal(seeds.Count, seeds.Distinct().Count());
    }

    [Fact]
    public void Generation_continues_and_leaves_finished_files_alone()
    {
        var dataSet = Small();
        using var interruption = new CancellationTokenSource();
        var stop = new Watcher(1.5, interruption);
        Assert.Throws<OperationCanceledException>(() => KraichnanGenerator.Generate(dataSet, _folder.Path, 1, stop, interruption.Token));
        var first = _folder["train/re1_seed1.nc"];
        var written = File.GetLastWriteTimeUtc(first);

        var watcher = new Watcher(double.PositiveInfinity, interruption);
        KraichnanGenerator.Generate(dataSet, _folder.Path, 2, watcher);
        Assert.Equal(3, watcher.Done, 1e-9);
        Assert.Equal(written, File.GetLastWriteTimeUtc(first));
        Assert.Equal(
            ["test/re2_seed9.nc", "train/re1_seed1.nc", "train/re1_seed2.nc"],
            Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder.Path, f)).Order());
        using var file = FieldFile.Open(_folder["test/re2_seed9.nc"]);
        Assert.Equal([8.0], file.Attributes["reynolds_nominal"].Numbers);
        Assert.Equal([2.0], file.Attributes["reynolds"].Numbers);
    }

    [Fact]
    public void Bad_definitions_are_refused()
    {
        Assert.Throws<InputException>(() => (Small() with { NominalSize = 0 }).Runs());
        Assert.Throws<InputException>(() => (Small() with { Test = new KraichnanSplit { Reynolds = [4, 4], Seeds = [1] } }).Runs());
        Assert.Throws<InputException>(() => (Small() with { Times = "2:1:0.1" }).Runs());
        Assert.Throws<InputException>(() => KraichnanGenerator.Generate(Small(), _folder.Path, 0, NoProgress.Instance));
        Assert.Throws<InputException>(() => KraichnanGenerator.Generate(
            Small() with { Size = 100 }, _folder.Path, 2, NoProgress.Instance));
        File.WriteAllText(_folder["file"], "");
        var error = Assert.Throws<InputException>(
            () => KraichnanGenerator.Generate(Small(), _folder["file"], 1, NoProgress.Instance));
        Assert.Contains("train", error.Message, StringComparison.Ordinal);
    }

    private static KraichnanDataSet Small() => new()
    {
        Size = 32,
        NominalSize = 64,
        Times = "0.05:0.2:0.05",
        PeakWavenumber = 4,
        Train = new KraichnanSplit { Reynolds = [4], Seeds = [1, 2] },
        Test = new KraichnanSplit { Reynolds = [8], Seeds = [9] },
    };

    private sealed class Watcher(double stopAt, CancellationTokenSource source) : IProgress
    {
        public double Done { get; private set; }

        public void Report(double done, double total, string? note = null)
        {
            Done = done;
            if (done >= stopAt)
            {
                source.Cancel();
            }
        }
    }
}
