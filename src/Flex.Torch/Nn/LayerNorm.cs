namespace Flex.Torch.Nn;

/// <summary>Normalisation of the last dimension with a learned scale and shift.</summary>
public sealed class LayerNorm : Module
{
    private readonly double _eps;
    private readonly Tensor _weight;
    private readonly Tensor _bias;

    /// <summary>Creates the layer.</summary>
    /// <param name="features">The size of the last dimension.</param>
    /// <param name="eps">Added to the variance.</param>
    public LayerNorm(int features, double eps = 1e-5)
    {
        _eps = eps;
        _weight = AddParameter("weight", [features]);
        _bias = AddParameter("bias", [features]);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">(…, E).</param>
    /// <returns>(…, E).</returns>
    public Tensor Forward(Tensor x) => Functional.LayerNorm(x, _weight, _bias, _eps);

    /// <inheritdoc/>
    protected override void Reset(Initializer initializer)
    {
        Initializer.Constant(_weight, 1);
        Initializer.Constant(_bias, 0);
    }
}
