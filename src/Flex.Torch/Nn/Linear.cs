namespace Flex.Torch.Nn;

/// <summary>How a linear layer's weight begins.</summary>
public enum LinearInitialization
{
    /// <summary>PyTorch's default: weight and bias U(±1/√in).</summary>
    Default,

    /// <summary>Weight Xavier-uniform, bias zero.</summary>
    XavierUniform,
}

/// <summary>y = x·Wᵀ + b over the last dimension.</summary>
public sealed class Linear : Module
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private readonly LinearInitialization _initialization;

    /// <summary>Creates the layer; call <see cref="Module.Initialize"/> or load weights before use.</summary>
    /// <param name="inFeatures">The size of the input's last dimension.</param>
    /// <param name="outFeatures">That of the output's.</param>
    /// <param name="bias">Whether b is there.</param>
    /// <param name="initialization">How the weight begins.</param>
    public Linear(int inFeatures, int outFeatures, bool bias = true, LinearInitialization initialization = LinearInitialization.XavierUniform)
    {
        _initialization = initialization;
        _weight = AddParameter("weight", [outFeatures, inFeatures]);
        _bias = bias ? AddParameter("bias", [outFeatures]) : null;
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">(…, in).</param>
    /// <returns>(…, out).</returns>
    public Tensor Forward(Tensor x) => Functional.Linear(x, _weight, _bias);

    /// <inheritdoc/>
    protected override void Reset(Initializer initializer)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        var bound = 1 / Math.Sqrt(_weight.Size(1));
        if (_initialization == LinearInitialization.XavierUniform)
        {
            initializer.XavierUniform(_weight);
        }
        else
        {
            initializer.Uniform(_weight, bound);
        }

        if (_bias is not null)
        {
            initializer.Uniform(_bias, _initialization == LinearInitialization.XavierUniform ? 0 : bound);
        }
    }
}
