using Flex.Diffusion.Backbones;
using Flex.Torch;

namespace Flex.Training;

/// <summary>What a validation measured on the samples of one task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Loss">The mean loss.</param>
/// <param name="SampleError">The mean of ‖R̂ − R‖/‖R‖ of generated residuals, or null where it is not measured.</param>
public sealed record ValidationOutcome(TaskKind Task, double Loss, double? SampleError);

/// <summary>Judges a network on fixed samples with fixed times and fixed noise, so that differences are the network's.</summary>
/// <param name="objective">The network and its loss.</param>
/// <param name="data">The samples.</param>
/// <param name="draws">The noise.</param>
/// <param name="device">Where the network is.</param>
public sealed class Validator(ITrainingObjective objective, ITrainingData data, TrainingDraws draws, Device device)
{
    /// <summary>Judges the network with the weights it has now, without dropout.</summary>
    /// <returns>What was measured, for each task; none without validation samples.</returns>
    public IReadOnlyList<ValidationOutcome> Run()
    {
        using var noGrad = GradMode.NoGrad();
        objective.Network.Eval();
        var sums = new OrderedDictionary<TaskKind, (int Samples, double Loss, double? Error)>();
        for (var i = 0; i < data.ValidationBatches; i++)
        {
            using var scope = new TensorScope();
            var batch = data.Validation(i).To(device);
            var (samples, loss, error) = sums.TryGetValue(batch.Task, out var sum) ? sum : (0, 0, 0);
            var count = (int)batch.Residual.Size(0);
            var t = Tensor.From<float>(TrainingDraws.ValidationTimes(samples, count), count).To(device);
            var noise = Tensor.Empty(batch.NoiseShape(objective.NoiseFields));
            draws.FillValidationNoise(noise.AsSpan<float>(), samples, count);
            noise = noise.To(device);
            loss += count * objective.Loss(batch, t, noise).Item();
            error += count * objective.SampleError(batch, noise);
            sums[batch.Task] = (samples + count, loss, error);
        }

        objective.Network.Train();
        return [.. sums.Select(sum => new ValidationOutcome(sum.Key, sum.Value.Loss / sum.Value.Samples, sum.Value.Error / sum.Value.Samples))];
    }
}
