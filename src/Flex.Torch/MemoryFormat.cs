namespace Flex.Torch;

/// <summary>The order of elements in memory, in libtorch's numbering.</summary>
public enum MemoryFormat
{
    /// <summary>Row-major.</summary>
    Contiguous = 0,

    /// <summary>That of the input.</summary>
    Preserve = 1,

    /// <summary>(B, C, H, W) stored as (B, H, W, C): what oneDNN's convolutions are fastest in.</summary>
    ChannelsLast = 2,
}
