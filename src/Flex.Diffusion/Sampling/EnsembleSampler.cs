using Flex.Diffusion.Backbones;
using Flex.Fields.DataSets;
using Flex.Torch;

namespace Flex.Diffusion.Sampling;

/// <summary>Draws ensembles of patches, with gradients.</summary>
/// <param name="model">The model.</param>
/// <param name="sampler">Steps; η is 0.</param>
/// <param name="gradientSteps">The gradient, where one is recorded, runs through the last that many steps only.</param>
public sealed class EnsembleSampler(DiffusionModel model, DdimSampler sampler, int gradientSteps = int.MaxValue)
{
    /// <summary>Draws the members of every sample.</summary>
    /// <param name="task">The task.</param>
    /// <param name="condition">(B, C', H, W), normalised.</param>
    /// <param name="parameters">(B, P), scaled; null where P = 0.</param>
    /// <param name="noise">Z at t = 1 of M members, one behind the other in the channels, (B, M·C, H, W).</param>
    /// <param name="orientations">The seed of the orientations that members are drawn in, the same for all samples (see <see cref="Orientation"/>); null for the samples' own.</param>
    /// <returns>M draws, (B, C, H, W) each, in the caller's scope.</returns>
    public IReadOnlyList<Tensor> Draw(TaskKind task, Tensor condition, Tensor? parameters, Tensor noise, ulong? orientations = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(noise);
        var own = Split(noise);
        var among = Orientation.Of(orientations is null ? SymmetryGroup.None : model.Tasks.Symmetries(task), task);
        Orientation[] turned = [.. own.Select((_, m) => Orientation.Drawn(among, orientations ?? 0, frame: 0, m))];
        var (conditionZeros, answerZeros) = model.Tasks.Zeros(task, condition.Device);
        var images = turned.Distinct().ToDictionary(orientation => orientation, orientation => orientation.Turn(condition, conditionZeros));
        Tensor[] conditions = [.. turned.Select(orientation => images[orientation])];
        var answers = noise.Device.Type == DeviceType.Cpu ? OneByOne(task, conditions, parameters, own) : AtOnce(task, conditions, parameters, own);
        return [.. answers.Zip(turned, (answer, orientation) => orientation.TurnBack(answer, answerZeros))];
    }

    /// <summary>Draws member after member; a condition that several share is encoded once.</summary>
    internal IReadOnlyList<Tensor> OneByOne(TaskKind task, IReadOnlyList<Tensor> conditions, Tensor? parameters, IReadOnlyList<Tensor> noise)
    {
        var features = conditions.Distinct().ToDictionary(condition => condition, condition => model.Encode(task, condition, parameters));
        return [.. noise.Zip(conditions, (own, condition) => Generate(features[condition], parameters, own))];
    }

    /// <summary>Draws all members as one batch: a GPU has room for them, and as few kernels to start as for one.</summary>
    internal IReadOnlyList<Tensor> AtOnce(TaskKind task, IReadOnlyList<Tensor> conditions, Tensor? parameters, IReadOnlyList<Tensor> noise)
    {
        var repeated = parameters is null ? null : Tensor.Cat([.. Enumerable.Repeat(parameters, noise.Count)], 0);
        var features = conditions.Distinct().Count() == 1
            ? model.Encode(task, conditions[0], parameters).Repeated(noise.Count)
            : model.Encode(task, Tensor.Cat([.. conditions], 0), repeated);
        return Generate(features, repeated, Tensor.Cat([.. noise], 0)).Chunk(noise.Count, 0);
    }

    private Tensor Generate(TaskFeatures features, Tensor? parameters, Tensor noise) =>
        model.Generate(features, parameters, noise, sampler, gradientSteps: gradientSteps);

    private Tensor[] Split(Tensor noise)
    {
        var channels = model.Tasks.Channels;
        return [.. Enumerable.Range(0, (int)noise.Size(1) / channels).Select(m => noise.Narrow(1, m * channels, channels))];
    }
}
