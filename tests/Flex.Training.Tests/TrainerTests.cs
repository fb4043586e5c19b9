using Flex.Torch;
using Flex.Torch.State;
using Flex.Training.Tests.Support;

namespace Flex.Training.Tests;

public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OptimizerKind.Adamw, 0.05)]
    [InlineData(OptimizerKind.Lion, 0.02)]
    public void Regression_ReachesTheKnownOptimum(OptimizerKind kind, double learningRate)
    {
        var config = ToyRun.Config with
        {
            Steps = 600,
            Optimizer = new OptimizerConfig { Kind = kind, LearningRate = learningRate },
        };
        using var objective = new ToyObjective();

        ToyRun.Train(_folder.Sub("run"), config, objective, new ToyData(config.Batch));

        // y = 2x − 1: the weight is twice the identity, the bias −1.
        var model = SafeTensors.Read(Path.Combine(_folder.Sub("run"), "model.safetensors"));
        var weight = model.Tensors["first.weight"].AsSpan<float>().ToArray();
        Assert.All(weight, (value, i) => Assert.Equal(i % 5 == 0 ? 2 : 0, value, 2e-3));
        Assert.All(model.Tensors["first.bias"].AsSpan<float>().ToArray(), value => Assert.Equal(-1, value, 2e-3));
    }

    [Theory]
    [InlineData(Precision.Bf16, "cpu", false, Precision.Float32)]
    [InlineData(Precision.Bf16, "cpu", true, Precision.Bf16)]
    [InlineData(Precision.Bf16, "cuda:1", false, Precision.Bf16)]
    [InlineData(Precision.Float32, "cpu", true, Precision.Float32)]
    public void Precision_IsOneThatTheProcessorHas(Precision wanted, string device, bool processorHasBf16, Precision computed) =>
        Assert.Equal(computed, (ToyRun.Config with { Precision = wanted, Device = device }).PrecisionWhere(processorHasBf16));

    [Fact]
    public void Accumulation_GivesTheGradientOfTheWholeBatch()
    {
        // Two networks of one linear layer; the loss is a mean, so 2 × 2 samples count like 4.
        var whole = Outcome(ToyRun.Config with { Batch = 4 }, new Halves(4));
        var parts = Outcome(ToyRun.Config with { Batch = 2, Accumulate = 2 }, new Halves(2));

        Assert.Equal(whole.Loss, parts.Loss, 1e-6);
        Assert.Equal(whole.GradientNorm, parts.GradientNorm, 1e-5);
    }

    [Fact]
    public void NotFiniteLoss_StopsAndNamesTheStep()
    {
        using var objective = new ToyObjective { Factor = call => call == 33 ? double.NaN : 1 };

        var e = Assert.Throws<InputException>(() => ToyRun.Train(
            _folder.Sub("run"), ToyRun.Config with { ValidateEvery = 1000 }, objective, new ToyData(4)));

        Assert.Contains("step 34", e.Message, StringComparison.Ordinal);
        AssertLastCheckpointIsGood(30);
    }

    [Fact]
    public void NotFiniteGradient_Stops()
    {
        using var objective = new ToyObjective { Factor = call => call == 12 ? 1e38 : 1 };

        var e = Assert.Throws<InputException>(() => ToyRun.Train(_folder.Sub("run"), ToyRun.Config, objective, new ToyData(4)));

        Assert.Contains("step 13", e.Message, StringComparison.Ordinal);
        AssertLastCheckpointIsGood(10);
    }

    [Fact]
    public void NotFiniteData_StopsAndNamesTheFile()
    {
        using var objective = new ToyObjective();

        var e = Assert.Throws<InputException>(() => ToyRun.Train(
            _folder.Sub("run"), ToyRun.Config, objective, new ToyData(4) { BadIndex = 25 }));

        Assert.Contains("step 26", e.Message, StringComparison.Ordinal);
        Assert.Contains("toy-25.nc", e.Message, StringComparison.Ordinal);
        AssertLastCheckpointIsGood(20);
    }

    [Fact]
    public void Cancellation_SavesAndIsReported()
    {
        using var stop = new CancellationTokenSource();
        using var objective = new ToyObjective();
        var data = new ToyData(4)
        {
            OnTraining = index =>
            {
                if (index == 16)
                {
                    stop.Cancel();
                }
            },
        };

        Assert.Throws<OperationCanceledException>(() => ToyRun.Train(
            _folder.Sub("run"), ToyRun.Config, objective, data, cancellation: stop.Token));

        AssertLastCheckpointIsGood(17);
    }

    [Fact]
    public void Checkpoints_TheNewestStayAndTheBestModelIsKept()
    {
        using var objective = new ToyObjective();

        ToyRun.Train(_folder.Sub("run"), ToyRun.Config, objective, new ToyData(4));

        using var run = RunFolder.Open(_folder.Sub("run"));
        Assert.Equal([60L, 50], run.Checkpoints());
        Assert.Equal("60", SafeTensors.ReadHeader(run.BestModel).Metadata["best_step"]);
    }

    [Fact]
    public void Validation_IsOfTheAveragedWeights()
    {
        // A decay near 1 leaves the average at the initial weights, whatever training does.
        var config = ToyRun.Config with { Steps = 40, Optimizer = ToyRun.Config.Optimizer with { LearningRate = 0.05 } };
        var losses = new[] { 0.0, 0.999999 }.Select(decay =>
        {
            var folder = _folder.Sub($"run-{decay}");
            using var objective = new ToyObjective();
            ToyRun.Train(folder, config with { Ema = new EmaConfig { Decay = decay } }, objective, new ToyData(4));
            return ValidationLosses(folder);
        }).ToArray();

        Assert.True(losses[0][1] < 0.9 * losses[0][0]);
        Assert.Equal(losses[1][0], losses[1][1], 1e-3);
    }

    [Fact]
    public void Training_LeaksNeitherTensorsNorMemory()
    {
        var config = ToyRun.Config with { Steps = 400, ValidateEvery = 50, CheckpointEvery = new CheckpointConfig { Steps = 100 } };
        var (tensors, memory) = (new List<long>(), new List<long>());
        using var objective = new ToyObjective(hidden: 256, dropout: 0.1, jitter: 0.1);
        var data = new ToyData(4)
        {
            OnTraining = _ =>
            {
                tensors.Add(Engine.LiveTensors);
                memory.Add(Environment.WorkingSet);
            },
        };

        ToyRun.Train(_folder.Sub("run"), config, objective, data);

        Assert.Single(tensors.Distinct());
        Assert.InRange(memory[^1] - memory[100], long.MinValue, 16 << 20);
    }

    private static double[] ValidationLosses(string folder) =>
        [.. ToyRun.Metrics(folder)
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("valid_loss", out _))
            .Select(line => line.GetProperty("valid_loss").GetDouble())];

    private static StepOutcome Outcome(TrainerConfig config, ITrainingData data)
    {
        using var objective = new ToyObjective(jitter: 1);
        using var step = new TrainingStep(config, objective, data, new TrainingDraws(1, config.TimeSampling), Device.Cpu);
        return step.Make(0);
    }

    private void AssertLastCheckpointIsGood(long step)
    {
        using var run = RunFolder.Open(_folder.Sub("run"));
        Assert.Equal(step, run.Checkpoints()[0]);
        Assert.All(
            SafeTensors.Read(run.Checkpoint(step)).Tensors.Where(t => t.Value.Type == ScalarType.Float32),
            t => Assert.All(t.Value.AsSpan<float>().ToArray(), value => Assert.True(float.IsFinite(value))));
    }

    /// <summary>The same four samples, in one batch or in two.</summary>
    private sealed class Halves(int batch) : ITrainingData
    {
        public int ValidationBatches => 0;

        public TrainingBatch Training(long index)
        {
            var all = new ToyData(4).Training(0);
            return all with
            {
                Condition = all.Condition.Narrow(0, index * batch, batch),
                Residual = all.Residual.Narrow(0, index * batch, batch),
            };
        }

        public TrainingBatch Validation(int index) => throw new InvalidOperationException();
    }
}
