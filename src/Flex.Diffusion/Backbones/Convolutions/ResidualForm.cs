using Flex.Torch.Nn;

namespace Flex.Diffusion.Backbones.Convolutions;

/// <summary>What the residual blocks of a network have in common.</summary>
/// <param name="Embedding">The width of the embedding that conditions them.</param>
/// <param name="Dropout">The rate of dropout in training, in [0, 1).</param>
/// <param name="Padding">What lies beyond the edge of a field.</param>
/// <param name="SkipKernel">The kernel of the skip branch where the number of channels changes.</param>
/// <param name="Linear">How the layer of the embedding begins.</param>
public sealed record ResidualForm(
    int Embedding, double Dropout, PaddingMode Padding, int SkipKernel = 3, LinearInitialization Linear = LinearInitialization.XavierUniform);
