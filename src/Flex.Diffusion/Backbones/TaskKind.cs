namespace Flex.Diffusion.Backbones;

/// <summary>What is asked of the model (SPEC §1).</summary>
public enum TaskKind
{
    /// <summary>A fine field from a coarse one.</summary>
    SuperRes,

    /// <summary>The next snapshot from the last ones.</summary>
    Forecast,
}
