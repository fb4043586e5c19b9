using Flex.Diffusion.Backbones;
using Flex.Torch;

namespace Flex.Diffusion;

/// <summary>Training samples of one task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Condition">What is known, normalised: (B, C, H, W) coarse fields, or (B, K·C, H, W) past snapshots.</param>
/// <param name="Residual">(B, C, H, W), what the network learns to generate, normalised.</param>
/// <param name="Parameters">(B, P) physical parameters, scaled; null where P = 0.</param>
public sealed record TaskSamples(TaskKind Task, Tensor Condition, Tensor Residual, Tensor? Parameters);
