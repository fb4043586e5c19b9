using Flex.Torch;

namespace Flex.Diffusion.Sampling;

/// <summary>
/// The DDIM sampler (SPEC §2): from Z ~ N(0, I), for i = N…1 at t = (i/N)^p, form x̂ and ε̂ and set Z ← α'x̂ + σ'ε̂;
/// the answer is the last x̂. With η > 0 a part of ε̂ is replaced by fresh noise of the same variance.
/// </summary>
/// <param name="Steps">N ≥ 1; 2 is the headline setting.</param>
/// <param name="Eta">η in [0, 1]: 0 is deterministic, 1 ancestral.</param>
/// <param name="Placement">p > 0, where the steps lie: 1 is even, below 1 they crowd at the noisy end, above 1 at the clean end.</param>
public sealed record DdimSampler(int Steps = 2, double Eta = 0, double Placement = 1)
{
    /// <summary>Draws one residual for each noise field.</summary>
    /// <param name="prediction">What the network's output means.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="network">(Z, t) to N(Z, t); (B, C, H, W) both.</param>
    /// <param name="noise">Z at t = 1, (B, C, H, W).</param>
    /// <param name="freshNoise">The noise n of step i (N…2), like <paramref name="noise"/>; called only where η > 0.</param>
    /// <param name="gradientSteps">The gradient, where one is recorded, runs through the last that many steps only.</param>
    /// <returns>R̂, (B, C, H, W), in the caller's scope.</returns>
    /// <exception cref="InputException">N, η or p is out of range.</exception>
    public Tensor Sample(
        Prediction prediction, NoiseSchedule schedule, Func<Tensor, double, Tensor> network, Tensor noise, Func<int, Tensor>? freshNoise = null,
        int gradientSteps = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(network);
        Validate();
        using var scope = new TensorScope();
        var z = noise;
        for (var i = Steps; ; i--)
        {
            using var step = new TensorScope();
            using var recording = GradMode.SetGradEnabled(GradMode.IsRecording && i <= gradientSteps);
            var (t, next) = (Time(i), Time(i - 1));
            var (alpha, sigma) = (schedule.Alpha(t), schedule.Sigma(t));
            var output = network(z, t);
            var clean = prediction.Clean(output, z, alpha, sigma);
            if (i == 1)
            {
                return scope.Keep(step.Keep(clean));
            }

            var eps = prediction.Noise(output, z, alpha, sigma);
            var (nextAlpha, nextSigma) = (schedule.Alpha(next), schedule.Sigma(next));
            var s = Eta * nextSigma / sigma * Math.Sqrt(1 - (alpha * alpha / (nextAlpha * nextAlpha)));
            z = (clean * nextAlpha) + (eps * Math.Sqrt((nextSigma * nextSigma) - (s * s)));
            if (s > 0)
            {
                z += freshNoise!(i) * s;
            }

            step.Keep(z);
        }
    }

    private double Time(int i) => Math.Pow((double)i / Steps, Placement);

    private void Validate()
    {
        if (Steps < 1)
        {
            throw new InputException($"{Steps} sampling steps are impossible: use 1 or more");
        }

        if (Eta is not (>= 0 and <= 1))
        {
            throw new InputException($"eta {Eta} is outside [0, 1]");
        }

        if (!(Placement > 0 && double.IsFinite(Placement)))
        {
            throw new InputException($"a placement of {Placement} is impossible: use a positive number");
        }
    }
}
