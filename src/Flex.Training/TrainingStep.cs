using Flex.Torch;
using Flex.Torch.Optim;

namespace Flex.Training;

/// <summary>What one step measured.</summary>
/// <param name="Loss">The mean loss of the step's samples.</param>
/// <param name="GradientNorm">The norm of their mean gradient, before clipping.</param>
public sealed record StepOutcome(double Loss, double GradientNorm);

/// <summary>One optimiser step: batches, gradients, clipping, update and average of the weights.</summary>
/// <param name="config">The settings.</param>
/// <param name="objective">The network and its loss.</param>
/// <param name="data">The samples.</param>
/// <param name="draws">Times, noise and dropout.</param>
/// <param name="device">Where the network is.</param>
public sealed class TrainingStep(
    TrainerConfig config, ITrainingObjective objective, ITrainingData data, TrainingDraws draws, Device device) : IDisposable
{
    private readonly (string Name, Tensor Value)[] _parameters = [.. Trained(objective)];
    private readonly LearningRateSchedule _schedule = new(
        config.Optimizer.Resolve().LearningRate!.Value, config.Steps, config.WarmupSteps, config.FinalLearningRateFraction);

    /// <summary>The optimiser.</summary>
    public Optimizer Optimizer { get; } = config.Optimizer.Create(Trained(objective));

    /// <summary>The averaged weights.</summary>
    public ExponentialMovingAverage Average { get; } =
        new(objective.Network.NamedParameters(), config.Ema.Decay, config.Ema.WarmUp);

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">The steps made before it.</param>
    /// <returns>The learning rate.</returns>
    public double LearningRate(long step) => _schedule.At(step);

    /// <summary>Makes a step. When it throws, weights, moments and averages are as they were.</summary>
    /// <param name="step">The steps made before it.</param>
    /// <returns>What was measured.</returns>
    /// <exception cref="InputException">Data, loss or gradient is not finite.</exception>
    public StepOutcome Make(long step)
    {
        Optimizer.ZeroGrad();
        var times = draws.Times(step, config.SamplesPerStep);
        var loss = 0.0;
        for (var i = 0; i < config.Accumulate; i++)
        {
            loss += Accumulate(step, i, times.AsSpan(i * config.Batch, config.Batch)) / config.Accumulate;
        }

        var norm = GradientNorm.Compute(_parameters) / config.Accumulate;
        RequireFinite(norm, "the gradient", step);
        Optimizer.Step(_schedule.At(step), GradientNorm.ClipFactor(norm, config.ClipNorm) / config.Accumulate);
        Average.Update();
        return new StepOutcome(loss, norm);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Optimizer.Dispose();
        Average.Dispose();
    }

    // Adds the gradient of one batch; gives its loss.
    private double Accumulate(long step, int part, ReadOnlySpan<float> times)
    {
        using var scope = new TensorScope();
        var index = step * config.Accumulate + part;
        var batch = Load(step, index);
        var noise = Tensor.Empty(batch.NoiseShape(objective.NoiseFields));
        draws.FillNoise(noise.AsSpan<float>(), step, part * config.Batch, config.Batch);
        Engine.ManualSeed(draws.DropoutSeed(index));
        var t = Tensor.From(times, times.Length).To(device);
        var loss = objective.Loss(batch.To(device), t, noise.To(device));
        var value = loss.Item();
        RequireFinite(value, "the loss", step);
        loss.Backward();
        return value;
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
    private static IEnumerable<(string Name, Tensor Value)> Trained(ITrainingObjective objective) =>
        objective.Network.NamedParameters().Where(parameter => parameter.Value.RequiresGrad);

    private static void RequireFinite(double value, string what, long step)
    {
        if (!double.IsFinite(value))
        {
            throw new InputException($"step {step + 1}: {what} is not finite ({value}); "
                + "train with a lower learning_rate or clip_norm; the last checkpoint is intact");
        }
    }
}
