namespace Flex.Torch.Nn;

/// <summary>Group normalisation with a learned scale and shift for each channel.</summary>
public sealed class GroupNorm : Module
{
    private readonly int _groups;
    private readonly double _eps;
    private readonly Tensor _weight;
    private readonly Tensor _bias;

    /// <summary>Creates the layer.</summary>
    /// <param name="channels">C, a multiple of <paramref name="groups"/>.</param>
    /// <param name="groups">The number of groups.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <exception cref="InputException">C is not a multiple of the number of groups.</exception>
    public GroupNorm(int channels, int groups = 32, double eps = 1e-5)
    {
        if (channels % groups != 0)
        {
            throw new InputException($"a width of {channels} channels is not a multiple of the {groups} normalisation groups; choose one that is");
        }

        (_groups, _eps) = (groups, eps);
        _weight = AddParameter("weight", [channels]);
        _bias = AddParameter("bias", [channels]);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <returns>(B, C, H, W).</returns>
    public Tensor Forward(Tensor x) => Functional.GroupNorm(x, _groups, _weight, _bias, _eps);

    /// <summary>Applies the layer, a scale and shift, SiLU and dropout: dropout(silu(GroupNorm(x)·(1 + scale) + shift)).</summary>
    /// <param name="x">(B, C, H, W).</param>
    /// <param name="scale">(B, C), or null for 0.</param>
    /// <param name="shift">(B, C), or null for 0.</param>
    /// <param name="dropout">The rate of dropout in training, in [0, 1).</param>
    /// <param name="spent">Whether x is not looked at again, and may be overwritten where no gradient is recorded.</param>
    /// <returns>(B, C, H, W).</returns>
    public Tensor ForwardSilu(Tensor x, Tensor? scale = null, Tensor? shift = null, double dropout = 0, bool spent = false) =>
        Functional.GroupNormSilu(x, _groups, _weight, _bias, scale, shift, _eps, Training ? dropout : 0, spent);

    /// <inheritdoc/>
    protected override void Reset(Initializer initializer)
    {
        Initializer.Constant(_weight, 1);
        Initializer.Constant(_bias, 0);
    }
}
