using System.Text;
using Flex.Torch.Random;

namespace Flex.Torch.Nn;

/// <summary>
/// The initial laws of parameters. The numbers depend on (seed, module name, draw) only, so adding a layer does
/// not change the others.
/// </summary>
public sealed class Initializer
{
    private const ulong FnvOffset = 14695981039346656037, FnvPrime = 1099511628211;

    private readonly ulong _seed;
    private uint _draw;

    /// <summary>Creates the initializer of one module.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="name">The module's full name.</param>
    public Initializer(ulong seed, string name)
    {
        _seed = FnvOffset ^ seed;
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            _seed = (_seed ^ b) * FnvPrime;
        }
    }

    /// <summary>U(−bound, bound).</summary>
    /// <param name="target">Receives the numbers.</param>
    /// <param name="bound">The bound.</param>
    public void Uniform(Tensor target, double bound)
    {
        using var scope = new TensorScope();
        var drawn = Tensor.Empty(target.Shape);
        var values = drawn.AsSpan<float>();
        CounterNoise.FillUniform(values, NextKey());
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(((2.0 * values[i]) - 1) * bound);
        }

        target.CopyInPlace(drawn);
    }

    /// <summary>Xavier's uniform law: bound √(6/(in + out)).</summary>
    /// <param name="weight">(out, in).</param>
    public void XavierUniform(Tensor weight) => Uniform(weight, Math.Sqrt(6.0 / (weight.Size(0) + weight.Size(1))));

    /// <summary>N(0, std²).</summary>
    /// <param name="target">Receives the numbers.</param>
    /// <param name="std">The standard deviation.</param>
    public void Normal(Tensor target, double std)
    {
        using var scope = new TensorScope();
        var drawn = Tensor.Empty(target.Shape);
        var values = drawn.AsSpan<float>();
        CounterNoise.FillNormal(values, NextKey());
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(values[i] * std);
        }

        target.CopyInPlace(drawn);
    }

    /// <summary>N(0, std²), cut at ±2 (not at ±2·std: PyTorch's <c>trunc_normal_</c> defaults).</summary>
    /// <param name="target">Receives the numbers.</param>
    /// <param name="std">The standard deviation, far below 1.</param>
    public void TruncatedNormal(Tensor target, double std)
    {
        Normal(target, std);
        using var scope = new TensorScope();
        target.CopyInPlace(target.Clamp(-2, 2));
    }

    /// <summary>One value everywhere.</summary>
    /// <param name="target">Receives the value.</param>
    /// <param name="value">The value.</param>
    public static void Constant(Tensor target, double value) => target.FillInPlace(value);

    private NoiseKey NextKey() => new(_seed, 0, Step: _draw++);
}
