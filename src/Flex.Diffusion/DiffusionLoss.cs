using Flex.Torch;

namespace Flex.Diffusion;

/// <summary>The distance between what the network says and what it should say.</summary>
public enum LossKind
{
    /// <summary>|x − y|, the reference's.</summary>
    L1,

    /// <summary>(x − y)².</summary>
    Mse,

    /// <summary>Huber's function with δ = 1.</summary>
    Huber,
}

/// <summary>The training loss of one task (SPEC §2): the mean over all elements, optionally weighted by λ(t).</summary>
/// <param name="Kind">The distance.</param>
/// <param name="Weighted">Whether the released weights are applied; there is none for x-prediction.</param>
public sealed record DiffusionLoss(LossKind Kind = LossKind.L1, bool Weighted = false)
{
    private const double Kappa = -1;

    /// <summary>The loss.</summary>
    /// <param name="prediction">What the network's output means.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="network">Z (B, C, H, W) to N (B, C, H, W) at the given times.</param>
    /// <param name="residual">R, (B, C, H, W).</param>
    /// <param name="eps">ε, (B, C, H, W).</param>
    /// <param name="t">(B).</param>
    /// <returns>A tensor without dimensions.</returns>
    public Tensor Compute(Prediction prediction, NoiseSchedule schedule, Func<Tensor, Tensor> network, Tensor residual, Tensor eps, Tensor t)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(network);
        using var scope = new TensorScope();
        var (logSnr, alpha, sigma) = schedule.At(t);
        var z = (alpha * residual) + (sigma * eps);
        var (said, wanted) = prediction.Sides(network(z), z, residual, eps, alpha, sigma);
        var weight = Weighted ? Weight(prediction, logSnr) : null;
        var reduction = weight is null ? Reduction.Mean : Reduction.None;
        var loss = Distance(said, wanted, reduction);
        return scope.Keep(weight is null ? loss : (weight * loss).Mean());
    }

    /// <summary>The distance of two fields, without weights.</summary>
    /// <param name="said">(B, C, H, W).</param>
    /// <param name="wanted">(B, C, H, W).</param>
    /// <param name="reduction">What is made of the elements.</param>
    /// <returns>A tensor without dimensions, or one of the fields' shape.</returns>
    public Tensor Distance(Tensor said, Tensor wanted, Reduction reduction = Reduction.Mean) => Kind switch
    {
        LossKind.L1 => Functional.L1Loss(said, wanted, reduction),
        LossKind.Mse => Functional.MseLoss(said, wanted, reduction),
        LossKind.Huber => Functional.HuberLoss(said, wanted, reduction: reduction),
        _ => throw new InvalidOperationException($"unknown loss {Kind}"),
    };

    private static Tensor? Weight(Prediction prediction, Tensor logSnr) => prediction switch
    {
        Prediction.Eps => (Kappa - logSnr).Sigmoid(),
        Prediction.V => (Math.Exp(-Kappa) - ((-logSnr).Sigmoid() * (Math.Exp(-Kappa) - 1))).Reciprocal(),
        _ => null,
    };
}
