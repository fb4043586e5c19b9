using Flex.Torch;
using Flex.Torch.Nn;
using Flex.Torch.Random;

namespace Flex.Diffusion.Tests;

/// <summary>Numbers for networks under test.</summary>
internal static class Weights
{
    /// <summary>Adds noise to every parameter: layers that training starts at zero hide faults in what feeds them.</summary>
    internal static void Stir(Module module)
    {
        using var noGrad = GradMode.NoGrad();
        foreach (var ((_, parameter), stream) in module.NamedParameters().Zip(Enumerable.Range(0, int.MaxValue)))
        {
            using var scope = new TensorScope();
            parameter.AddInPlace(Normal(3, (uint)stream, parameter.Shape), 0.05);
        }
    }

    /// <summary>Standard normal numbers.</summary>
    internal static Tensor Normal(ulong seed, uint stream, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        CounterNoise.FillNormal(values, new NoiseKey(seed, stream));
        return Tensor.From<float>(values, shape);
    }
}
