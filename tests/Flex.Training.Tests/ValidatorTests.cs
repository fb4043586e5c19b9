using Flex.Torch;
using Flex.Torch.Distributed;
using Flex.Torch.Nn;
using Flex.Training.Tests.Support;

namespace Flex.Training.Tests;

public class ValidatorTests
{
    /// <summary>What a loss draws by a sample's number, as the tuning does orientations, is then another for every sample, not the same in every batch.</summary>
    [Fact]
    public void Samples_are_numbered_through_all_batches()
    {
        using var objective = new ToyObjective();
        var seen = new Numbers(objective);

        _ = new Validator(seen, new ToyData(4), new TrainingDraws(1, default), Device.Cpu, ProcessGroup.Single).Run();

        Assert.Equal([0, 4], seen.First);
    }

    private sealed class Numbers(ToyObjective inner) : ITrainingObjective
    {
        public List<long> First { get; } = [];

        public Module Network => inner.Network;

        public Tensor Loss(TrainingBatch batch, Tensor t, Tensor noise)
        {
            First.Add(batch.First);
            return inner.Loss(batch, t, noise);
        }

        public double? SampleError(TrainingBatch batch, Tensor noise) => inner.SampleError(batch, noise);

        public void Save(string path, IReadOnlyDictionary<string, string> provenance) => inner.Save(path, provenance);
    }
}
