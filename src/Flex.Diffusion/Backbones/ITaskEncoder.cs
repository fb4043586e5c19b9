using Flex.Torch;

namespace Flex.Diffusion.Backbones;

/// <summary>The network that encodes the condition of one task.</summary>
public interface ITaskEncoder
{
    /// <summary>Encodes the condition.</summary>
    /// <param name="condition">(B, C, H, W).</param>
    /// <param name="parameters">(B, P), or null where P = 0.</param>
    /// <returns>The features, in the caller's scope.</returns>
    TaskFeatures Forward(Tensor condition, Tensor? parameters);
}
