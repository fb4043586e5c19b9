using Flex.Torch;

namespace Flex.Diffusion.Calibration;

/// <summary>Spectra of tiles by octaves. Its tensors belong to the scope in which it was made.</summary>
internal sealed class TileSpectra
{
    private readonly int _patch;
    private readonly Tensor _cosine;
    private readonly Tensor _membership;

    /// <summary>Prepares.</summary>
    /// <param name="patch">P.</param>
    /// <param name="device">Where the tiles are.</param>
    public TileSpectra(int patch, Device device)
    {
        _patch = patch;
        _cosine = CosineTransform.Matrix(patch, device);
        _membership = Tensor.From<float>(OctaveBands.Membership(patch), patch * patch, OctaveBands.Count(patch)).To(device);
    }

    /// <summary>The mean of an ensemble.</summary>
    public static Tensor Mean(IReadOnlyList<Tensor> members)
    {
        using var scope = new TensorScope();
        return scope.Keep(members.Skip(1).Aggregate(members[0], (sum, member) => sum + member) / members.Count);
    }

    /// <summary>M/(M + 1): the share in the squared error of M perfect members' mean that the truth has; the mean's own noise has the rest.</summary>
    public static double TruthShare(int members) => members / (members + 1.0);

    /// <summary>(B, C, P, P) to its cosine coefficients.</summary>
    public Tensor Transform(Tensor tiles) => CosineTransform.Apply(tiles, _cosine);

    /// <summary>Cosine coefficients to (B, C, P, P).</summary>
    public Tensor Invert(Tensor coefficients) => CosineTransform.Apply(coefficients, _cosine.Transpose(0, 1));

    /// <summary>The variance of an ensemble, M − 1 in its denominator, by octaves: (B·C, bands), the mean over an octave's coefficients.</summary>
    public Tensor Variance(IReadOnlyList<Tensor> deviations)
    {
        using var scope = new TensorScope();
        return scope.Keep(Power(SampleVariance(deviations)));
    }

    /// <summary>The variance of an ensemble, cell by cell or coefficient by coefficient, M − 1 in its denominator.</summary>
    public static Tensor SampleVariance(IReadOnlyList<Tensor> deviations)
    {
        using var scope = new TensorScope();
        return scope.Keep(deviations.Skip(1).Aggregate(deviations[0].Square(), (total, deviation) => total + deviation.Square()) / (deviations.Count - 1));
    }

    /// <summary>The power of coefficients' squares (B, C, P, P) by octaves: (B·C, bands).</summary>
    public Tensor Power(Tensor squares)
    {
        using var scope = new TensorScope();
        return scope.Keep(squares.Reshape(-1, _patch * _patch).MatMul(_membership) / _membership.Sum([0L], keepDim: true));
    }

    /// <summary>Numbers of octaves (B·C, bands) to coefficients (B, C, P, P).</summary>
    public Tensor Spread(Tensor bands, long[] shape)
    {
        using var scope = new TensorScope();
        return scope.Keep(bands.MatMul(_membership.Transpose(0, 1)).Reshape(shape));
    }
}
