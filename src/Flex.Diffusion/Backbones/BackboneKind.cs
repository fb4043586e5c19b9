namespace Flex.Diffusion.Backbones;

/// <summary>The families of networks.</summary>
public enum BackboneKind
{
    /// <summary>The U-Net with a transformer at its bottleneck.</summary>
    Flex,

    /// <summary>The convolutional U-Net with attention at coarse levels.</summary>
    Unet,

    /// <summary>The transformer with long skip connections.</summary>
    Uvit,
}
