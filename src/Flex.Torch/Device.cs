namespace Flex.Torch;

/// <summary>The kinds of device, in libtorch's numbering.</summary>
public enum DeviceType
{
    /// <summary>The processor.</summary>
    Cpu = 0,

    /// <summary>An NVIDIA GPU.</summary>
    Cuda = 1,
}

/// <summary>Where a tensor lives.</summary>
/// <param name="Type">The kind of device.</param>
/// <param name="Index">Its number; −1 is the current one (and the only one for the CPU).</param>
public readonly record struct Device(DeviceType Type, int Index = -1)
{
    /// <summary>The processor.</summary>
    public static Device Cpu => new(DeviceType.Cpu);

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:i</c>.</summary>
    /// <param name="text">The name of a device as PyTorch spells it.</param>
    /// <exception cref="InputException">The text is no device, or this libtorch does not have it.</exception>
    public static Device Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "cpu")
        {
            return Cpu;
        }

        var parts = text.Split(':');
        var index = 0;
        if (parts[0] != "cuda" || parts.Length > 2 || (parts.Length == 2 && (!int.TryParse(parts[1], out index) || index < 0)))
        {
            throw new InputException($"unknown device '{text}': use cpu, cuda or cuda:0, cuda:1, …");
        }

        var count = Engine.CudaDevices;
        return index < count
            ? new Device(DeviceType.Cuda, index)
            : throw new InputException($"no device '{text}': this libtorch sees {count} CUDA devices; use --device cpu, or FLEX_LIBTORCH with a CUDA libtorch");
    }

    /// <inheritdoc/>
    public override string ToString() => Type == DeviceType.Cpu ? "cpu" : $"cuda:{Math.Max(Index, 0)}";
}
