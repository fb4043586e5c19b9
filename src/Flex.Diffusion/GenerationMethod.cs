namespace Flex.Diffusion;

/// <summary>How a network makes residuals.</summary>
public enum GenerationMethod
{
    /// <summary>Draws them: denoising in a few steps.</summary>
    Diffusion,

    /// <summary>Says one: the same network, no noise, one pass. The honest competitor of the diffusion where one answer is asked for.</summary>
    Regression,
}
