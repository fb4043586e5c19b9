using Flex.Torch;
using Flex.Torch.Random;

namespace Flex.Training.Tests.Support;

/// <summary>Pairs (x, 2x − 1) with x (B, 4) standard normal, the same for the same index; of training batches a process has its share.</summary>
internal sealed class ToyData(int batch, BatchShare? share = null) : ITrainingData
{
    public const int Width = 4;

    /// <summary>A batch that is not finite, or −1.</summary>
    public long BadIndex { get; init; } = -1;

    /// <summary>Called before each training batch.</summary>
    public Action<long> OnTraining { get; init; } = _ => { };

    public int ValidationBatches => 2;

    public TrainingBatch Training(long index)
    {
        OnTraining(index);
        var made = Make(new NoiseKey(7, 1, (uint)index));
        if (share is not null)
        {
            made = made with
            {
                Condition = made.Condition.Narrow(0, share.First, share.Count),
                Residual = made.Residual.Narrow(0, share.First, share.Count),
                First = share.First,
            };
        }

        return index == BadIndex ? made with { Residual = made.Residual * double.NaN } : made;
    }

    public TrainingBatch Validation(int index) => Make(new NoiseKey(7, 2, (uint)index));

    private TrainingBatch Make(NoiseKey key)
    {
        var x = new float[batch * Width];
        CounterNoise.FillNormal(x, key);
        var condition = Tensor.From<float>(x, batch, Width);
        return new TrainingBatch(condition, condition * 2 - 1, null, () => $"toy-{key.Frame}.nc");
    }
}
