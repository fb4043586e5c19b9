using Flex.Torch;
using Flex.Torch.Distributed;
using Flex.Torch.Optim;

namespace Flex.Training;

/// <summary>What one step measured.</summary>
/// <param name="Loss">The mean loss of the step's samples.</param>
/// <param name="GradientNorm">The norm of their mean gradient, before clipping.</param>
/// <param name="Wishes">What any process wished.</param>
public sealed record StepOutcome(double Loss, double GradientNorm, StepWishes Wishes = default);

/// <summary>What a process wishes to be done after a step; all processes learn of it with the step's loss.</summary>
/// <param name="Stop">To save and end.</param>
/// <param name="Save">To save.</param>
public readonly record struct StepWishes(bool Stop, bool Save);

/// <summary>One optimiser step: batches, gradients, clipping, update and average of the weights.</summary>
/// <param name="config">The settings.</param>
/// <param name="objective">The network and its loss.</param>
/// <param name="data">The samples.</param>
/// <param name="draws">Times, noise and dropout.</param>
/// <param name="device">Where the network is.</param>
/// <param name="ranks">The processes that make the step together; null for this one alone.</param>
public sealed class TrainingStep(
    TrainerConfig config, ITrainingObjective objective, ITrainingData data, TrainingDraws draws, Device device, ProcessGroup? ranks = null) : IDisposable
{
    private readonly (string Name, Tensor Value)[] _parameters = [.. Trained(objective.Network.NamedParameters())];
    private readonly ProcessGroup _ranks = ranks ?? ProcessGroup.Single;
    private readonly BatchShare _share = BatchShare.Of(config.Batch, ranks ?? ProcessGroup.Single);
    private readonly GradientBuckets _gradients = new(ranks ?? ProcessGroup.Single, Trained(objective.ForwardOrder).Select(parameter => parameter.Value));
    private readonly LearningRateSchedule _schedule = new(
        config.Optimizer.Resolve().LearningRate!.Value, config.Steps, config.WarmupSteps, config.FinalLearningRateFraction);

    /// <summary>The optimiser.</summary>
    public Optimizer Optimizer { get; } = config.Optimizer.Create(Trained(objective.Network.NamedParameters()));

    /// <summary>The averaged weights.</summary>
    public ExponentialMovingAverage Average { get; } =
        new(objective.Network.NamedParameters(), config.Ema.Decay, config.Ema.WarmUp);

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">The steps made before it.</param>
    /// <returns>The learning rate.</returns>
    public double LearningRate(long step) => _schedule.At(step);

    /// <summary>Makes a step. When it throws, weights, moments and averages are as they were.</summary>
    /// <param name="step">The steps made before it.</param>
    /// <param name="wishes">What this process wishes.</param>
    /// <returns>What was measured, the same for all processes.</returns>
    /// <exception cref="InputException">Data, loss or gradient is not finite.</exception>
    /// <exception cref="RankLostException">Another process has ended or does not answer.</exception>
    public StepOutcome Make(long step, StepWishes wishes = default)
    {
        Optimizer.ZeroGrad();
        var times = draws.Times(step, config.SamplesPerStep);
        var loss = 0.0;
        PendingSum? sums = null;
        for (var i = 0; i < config.Accumulate; i++)
        {
            using var scope = new TensorScope();
            var part = Loss(step, i, times.AsSpan((i * config.Batch) + _share.First, _share.Count));
            if (_ranks.Size > 1)
            {
                loss += part.Item() / config.Accumulate;
                if (i == config.Accumulate - 1)
                {
                    // On the way while the backward pass runs, as the gradients of this pass will be.
                    sums = Share();
                    _gradients.Begin();
                }
            }

            part.Backward();
            if (_ranks.Size == 1)
            {
                // To read a number from a GPU is to wait for it: not before all is on its way.
                loss += part.Item() / config.Accumulate;
            }
        }

        var all = (sums ?? Share()).Wait();
        _gradients.Finish();
        RequireFinite(all[0], "the loss", step);
        var norm = GradientNorm.Compute(_parameters) / config.Accumulate;
        RequireFinite(norm, "the gradient", step);
        Optimizer.Step(_schedule.At(step), GradientNorm.ClipFactor(norm, config.ClipNorm) / config.Accumulate);
        Average.Update();
        return new StepOutcome(all[0], norm, new StepWishes(all[1] > 0, all[2] > 0));

        PendingSum Share() => _ranks.StartSum(loss, wishes.Stop ? 1 : 0, wishes.Save ? 1 : 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gradients.Dispose();
        Optimizer.Dispose();
        Average.Dispose();
    }

    // This process's part of the mean loss of a batch.
    private Tensor Loss(long step, int part, ReadOnlySpan<float> times)
    {
        using var scope = new TensorScope();
        var index = step * config.Accumulate + part;
        var batch = Load(step, index);
        var noise = Tensor.Empty(batch.NoiseShape(objective.NoiseFields));
        draws.FillNoise(noise.AsSpan<float>(), step, (part * config.Batch) + _share.First, _share.Count);
        var seed = draws.DropoutSeed(index);
        batch = (batch with { Seed = seed, Other = batch.Other is { } other ? other with { Seed = seed } : null }).To(device);
        var t = Tensor.From(times, times.Length).To(device);
        batch.SeedDropout();
        var loss = objective.Loss(batch, t, noise.To(device));
        return scope.Keep(_share.IsWhole ? loss : loss * _share.Fraction);
    }

    private TrainingBatch Load(long step, long index)
    {
        try
        {
            var batch = data.Training(index);
            return batch.IsFinite()
                ? batch
                : throw new InputException($"a sample is not finite (NaN or Inf): {batch.Describe()}; leave it out");
        }
        catch (InputException e)
        {
            throw new InputException($"step {step + 1}: {e.Message}; the last checkpoint is intact", e);
        }
    }

    // Frozen parameters have no gradient.
    private static IEnumerable<(string Name, Tensor Value)> Trained(IEnumerable<(string Name, Tensor Value)> parameters) =>
        parameters.Where(parameter => parameter.Value.RequiresGrad);

    private static void RequireFinite(double value, string what, long step)
    {
        if (!double.IsFinite(value))
        {
            throw new InputException($"step {step + 1}: {what} is not finite ({value}); "
                + "train with a lower learning_rate or clip_norm; the last checkpoint is intact");
        }
    }
}
