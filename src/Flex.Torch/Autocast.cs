using Flex.Torch.Native;

namespace Flex.Torch;

/// <summary>
/// PyTorch's autocast to bfloat16 for operators on CUDA, on this thread until it is disposed: products take their factors in bfloat16, what
/// needs range or many digits (softmax, LayerNorm, losses) float32.
/// </summary>
public readonly struct Autocast : IDisposable
{
    private readonly bool _before;
    private readonly bool _changed;
    private readonly bool _outermost;

    private Autocast(bool enabled)
    {
        _before = Gate.SetCudaAutocast(enabled ? 1 : 0) != 0;
        (_changed, _outermost) = (true, enabled && !_before);
    }

    /// <summary>Whether autocast was on before.</summary>
    public bool WasOn => _before;

    /// <summary>Whether operators are cast on this thread now.</summary>
    public static bool IsOn
    {
        get
        {
            using var probe = Suspend();
            return probe.WasOn;
        }
    }

    /// <summary>Casts where the condition holds, and changes nothing elsewhere.</summary>
    /// <param name="condition">Yes or no.</param>
    /// <returns>The scope.</returns>
    public static Autocast When(bool condition) => condition ? new Autocast(enabled: true) : default;

    /// <summary>Casts nothing, inside a scope that does.</summary>
    /// <returns>The scope.</returns>
    public static Autocast Suspend() => new(enabled: false);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_changed)
        {
            _ = Gate.SetCudaAutocast(_before ? 1 : 0);
        }

        if (_outermost)
        {
            Gate.ClearAutocastCache();
        }
    }
}
