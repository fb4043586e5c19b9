using Flex.Torch.Native;

namespace Flex.Torch.Optim;

/// <summary>The norm of a whole gradient, and the factor that limits it.</summary>
public static class GradientNorm
{
    // Keeps the factor finite for a zero gradient; PyTorch's value.
    private const double Eps = 1e-6;

    private static readonly Operator NormOp = new("flexg::norm");

    /// <summary>The Euclidean norm of the gradients of all parameters together.</summary>
    /// <param name="parameters">The parameters; one without a gradient counts as zero.</param>
    /// <returns>The norm; not finite when a gradient is not.</returns>
    public static double Compute(IEnumerable<(string Name, Tensor Value)> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using var scope = new TensorScope();
        var gradients = parameters.Select(parameter => parameter.Value.Grad).OfType<Tensor>().ToLookup(gradient => FusedLayout.Fits(gradient, gradient));
        Tensor[] fused = [.. gradients[true]];
        var others = gradients[false].Select(gradient => gradient.Norm().Item());
        return Math.Sqrt(others.Append(fused.Length > 0 ? NormOp.Call(fused).Item() : 0).Sum(norm => norm * norm));
    }

    /// <summary>The factor that brings a gradient of too great a norm down to the limit.</summary>
    /// <param name="norm">The norm of the true gradient: averaged over accumulated batches, not scaled.</param>
    /// <param name="limit">The greatest norm allowed; not positive for none.</param>
    /// <returns>A factor in (0, 1].</returns>
    public static double ClipFactor(double norm, double limit) => limit > 0 ? Math.Min(1, limit / (norm + Eps)) : 1;
}
