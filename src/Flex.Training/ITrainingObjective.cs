using Flex.Torch;
using Flex.Torch.Nn;

namespace Flex.Training;

/// <summary>The network and what is asked of it: all that the trainer knows of diffusion.</summary>
public interface ITrainingObjective
{
    /// <summary>The network that is trained.</summary>
    Module Network { get; }

    /// <summary>
    /// The network's parameters in the order in which the forward pass comes to them. The backward pass comes to the last ones first, and several
    /// processes add up what it has left behind while it goes on.
    /// </summary>
    IEnumerable<(string Name, Tensor Value)> ForwardOrder => Network.NamedParameters();

    /// <summary>The noise fields that the loss takes for every sample.</summary>
    int NoiseFields => 1;

    /// <summary>The loss of a batch.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="t">(B) diffusion times in [0, 1].</param>
    /// <param name="noise">ε, of the residual's shape; with several fields for a sample they lie behind each other in the channels.</param>
    /// <returns>A tensor without dimensions: the mean over the batch.</returns>
    Tensor Loss(TrainingBatch batch, Tensor t, Tensor noise);

    /// <summary>How well the network generates, as a mean over samples of ‖R̂ − R‖/‖R‖.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="noise">The noise to start from, as for the loss.</param>
    /// <returns>The mean, 1 for R̂ = 0; null where it is not measured.</returns>
    double? SampleError(TrainingBatch batch, Tensor noise);

    /// <summary>Writes the network, with the weights it has now, as a file for inference.</summary>
    /// <param name="path">The file.</param>
    /// <param name="provenance">How the weights came about, for the file's metadata.</param>
    void Save(string path, IReadOnlyDictionary<string, string> provenance);
}
