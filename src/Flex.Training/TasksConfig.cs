using Flex.Diffusion.Backbones;
using Flex.Fields.Configuration;

namespace Flex.Training;

/// <summary>What a model is trained to do: the share that each task has in every batch.</summary>
public sealed record TasksConfig : IValidated
{
    /// <summary>The share of super-resolution; 0 for none.</summary>
    public double Superres { get; init; }

    /// <summary>The share of forecasting; 0 for none.</summary>
    public double Forecast { get; init; }

    /// <summary>
    /// The weight of the contrastive alignment of both tasks' latents (SPEC §2); 0 for none. With it both tasks get every sample of
    /// the batch: the present snapshot of the forecast is the one that is refined, with the same t and ε.
    /// </summary>
    public double Contrastive { get; init; }

    /// <summary>Which tasks have a share.</summary>
    internal IReadOnlyList<TaskKind> Kinds =>
    [
        .. Superres > 0 ? [TaskKind.SuperRes] : Array.Empty<TaskKind>(),
        .. Forecast > 0 ? [TaskKind.Forecast] : Array.Empty<TaskKind>(),
    ];

    /// <summary>Whether both tasks see the same moments and places.</summary>
    internal bool Paired => Contrastive > 0;

    /// <summary>The samples that super-resolution gets of a batch; forecasting gets the others. Each task that has a share gets one at least.</summary>
    /// <param name="batch">B.</param>
    /// <returns>0 … B.</returns>
    internal int SuperResolutionSamples(int batch)
    {
        var samples = (int)Math.Round(batch * Superres / (Superres + Forecast));
        return Superres > 0 && Forecast > 0 ? Math.Clamp(samples, 1, batch - 1) : samples;
    }

    /// <inheritdoc/>
    public IEnumerable<ConfigProblem> Validate()
    {
        foreach (var (member, value) in new[] { (nameof(Superres), Superres), (nameof(Forecast), Forecast), (nameof(Contrastive), Contrastive) })
        {
            if (!(value >= 0 && double.IsFinite(value)))
            {
                yield return new ConfigProblem(member, $"must not be negative, got {value}");
            }
        }

        if (!(Superres + Forecast > 0))
        {
            yield return new ConfigProblem(nameof(Superres), "and forecast are both 0: give a task a share of the batches");
        }

        if (Contrastive > 0 && !(Superres > 0 && Forecast > 0))
        {
            yield return new ConfigProblem(nameof(Contrastive), "aligns two tasks: give both superres and forecast a share");
        }
    }
}
