using Flex.Torch.Distributed;
using Flex.Torch.State;
using Flex.Torch.Tests.Support;
using Flex.Training.Tests.Support;

namespace Flex.Training.Tests;

public sealed class DataParallelTests : IDisposable
{
    private static readonly TrainerConfig Config = ToyRun.Config with { Batch = 7, Accumulate = 2, Steps = 40, LogEvery = 5 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Several_processes_end_in_the_weights_of_one_with_the_whole_batch(int size)
    {
        Train("one", 1);
        Train("several", size);
        AssertSameEnd("one", "several");
        Assert.Equal(Losses("one"), Losses("several"), (a, b) => Math.Abs(a - b) <= 1e-5 * Math.Abs(a));
    }

    [Fact]
    public void Another_number_of_processes_goes_on_where_the_others_stopped()
    {
        Train("one", 1);
        Train("several", 3, stopBefore: 11);
        Train("several", 2, stopBefore: 23);
        Train("several", 1);
        AssertSameEnd("one", "several");
    }

    [Fact]
    public void A_run_that_was_stopped_ends_with_the_same_bytes_as_one_that_was_not()
    {
        Train("whole", 3);
        Train("stopped", 3, stopBefore: 17);
        Train("stopped", 3);
        Assert.Equal(ToyRun.Model(_folder.Sub("whole")), ToyRun.Model(_folder.Sub("stopped")));
        Assert.Equal(ToyRun.Metrics(_folder.Sub("whole")), ToyRun.Metrics(_folder.Sub("stopped")));
    }

    [Fact]
    public void Fewer_samples_than_processes_are_refused()
    {
        var ends = Ranks.Run(2, group => BatchShare.Of(1, group));
        Assert.All(ends, end => Assert.Contains("a batch of 1 cannot be shared by 2", Assert.IsType<InputException>(end).Message, StringComparison.Ordinal));
    }

    // A signal at the last process only, while it fetches the batch of a step; all make that step and stop.
    private void Train(string name, int size, int stopBefore = 0)
    {
        var ends = Ranks.Run(size, group =>
        {
            using var signal = new CancellationTokenSource();
            using var objective = new ToyObjective(hidden: 16, jitter: 0.5);
            var data = new ToyData(Config.Batch, BatchShare.Of(Config.Batch, group))
            {
                OnTraining = index =>
                {
                    if (stopBefore > 0 && group.Rank == size - 1 && index == (stopBefore - 2) * Config.Accumulate)
                    {
                        signal.Cancel();
                    }
                },
            };
            try
            {
                ToyRun.Train(_folder.Sub(name), Config, objective, data, resume: true, group, signal.Token);
                return "done";
            }
            catch (OperationCanceledException)
            {
                return "stopped";
            }
        });
        Assert.All(ends, end => Assert.Equal(stopBefore > 0 ? "stopped" : "done", end));
        if (stopBefore > 0)
        {
            Assert.True(File.Exists(Path.Combine(_folder.Sub(name), $"checkpoint-{stopBefore}.safetensors")), string.Join(" ", Directory.GetFiles(_folder.Sub(name))));
        }
    }

    // The order of additions differs, nothing else: a few units in the seventh digit a step.
    private void AssertSameEnd(string one, string other)
    {
        var (first, second) = (Read(one), Read(other));
        foreach (var (name, data) in first)
        {
            var (a, b) = (data.AsSpan<float>().ToArray(), second[name].AsSpan<float>().ToArray());
            var distance = Math.Sqrt(a.Zip(b, (x, y) => Math.Pow(x - y, 2)).Sum() / a.Sum(x => x * (double)x));
            Assert.True(distance < 1e-4, $"{name}: {distance}");
        }
    }

    private Dictionary<string, TensorData> Read(string name) =>
        SafeTensors.Read(Path.Combine(_folder.Sub(name), "model.safetensors")).Tensors.ToDictionary(entry => entry.Key, entry => entry.Value);

    private List<double> Losses(string name) =>
    [
        .. ToyRun.Metrics(_folder.Sub(name)).SelectMany(line => System.Text.Json.JsonDocument.Parse(line).RootElement.EnumerateObject())
            .Where(value => value.Name.EndsWith("loss", StringComparison.Ordinal)).Select(value => value.Value.GetDouble()),
    ];
}
