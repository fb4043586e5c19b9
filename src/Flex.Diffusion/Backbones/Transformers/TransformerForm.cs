namespace Flex.Diffusion.Backbones.Transformers;

/// <summary>What the transformer blocks of a network have in common.</summary>
/// <param name="Width">E.</param>
/// <param name="Heads">Attention heads; divides E.</param>
/// <param name="MlpRatio">The MLP's hidden width over E.</param>
/// <param name="Dropout">The rate of dropout in the MLP, in [0, 1).</param>
/// <param name="TanhGelu">The tanh form of the GELU instead of the exact one.</param>
public sealed record TransformerForm(int Width, int Heads, int MlpRatio, double Dropout, bool TanhGelu);
