using Flex.Diffusion.Backbones;
using Flex.Torch;
using Flex.Torch.Distributed;

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
/// <param name="ranks">The processes, each of which judges some of the batches.</param>
public sealed class Validator(ITrainingObjective objective, ITrainingData data, TrainingDraws draws, Device device, ProcessGroup ranks)
{
    /// <summary>Judges the network with the weights it has now, without dropout.</summary>
    /// <returns>What was measured, for each task; none without validation samples.</returns>
    public IReadOnlyList<ValidationOutcome> Run()
    {
        using var noGrad = GradMode.NoGrad();
        objective.Network.Eval();
        var parts = new List<(TaskKind Task, int Samples)>();

        // Two numbers and a flag for every batch; those of other processes' batches are 0 here, so that adding them up changes no digit.
        var found = new double[3 * data.ValidationBatches];
        for (var i = 0; i < data.ValidationBatches; i++)
        {
            using var scope = new TensorScope();
            var batch = data.Validation(i);
            var (task, count) = (batch.Task, (int)batch.Residual.Size(0));
            var before = parts.Where(part => part.Task == task).Sum(part => part.Samples);
            parts.Add((task, count));
            if (i % ranks.Size == ranks.Rank)
            {
                Judge(batch.To(device) with { First = before }, before, count).CopyTo(found, 3 * i);
            }
        }

        objective.Network.Train();
        var all = ranks.StartSum(found).Wait();
        return [.. parts.Index().GroupBy(part => part.Item.Task).Select(task => new ValidationOutcome(
            task.Key,
            Mean(task, part => all[3 * part]),
            task.All(part => all[(3 * part.Index) + 2] > 0) ? Mean(task, part => all[(3 * part) + 1]) : null))];
    }

    private static double Mean(IEnumerable<(int Index, (TaskKind Task, int Samples) Item)> parts, Func<int, double> value) =>
        parts.Aggregate(0.0, (sum, part) => sum + (part.Item.Samples * value(part.Index))) / parts.Sum(part => part.Item.Samples);

    // Loss, sample error, and whether there is one.
    private double[] Judge(TrainingBatch batch, int first, int count)
    {
        var t = Tensor.From<float>(TrainingDraws.ValidationTimes(first, count), count).To(device);
        var noise = Tensor.Empty(batch.NoiseShape(objective.NoiseFields));
        draws.FillValidationNoise(noise.AsSpan<float>(), first, count);
        noise = noise.To(device);
        var loss = objective.Loss(batch, t, noise).Item();
        return objective.SampleError(batch, noise) is { } error ? [loss, error, 1] : [loss, 0, 0];
    }
}
