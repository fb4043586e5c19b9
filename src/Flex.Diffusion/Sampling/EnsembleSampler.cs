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
    /// <param name="orientations">The seed of the orientations that members are drawn in (see <see cref="Orientation"/>), each of each sample in its own; null for the samples' own.</param>
    /// <param name="first">The number of the first sample, which names its orientations.</param>
    /// <returns>M draws, (B, C, H, W) each, in the caller's scope.</returns>
    public IReadOnlyList<Tensor> Draw(TaskKind task, Tensor condition, Tensor? parameters, Tensor noise, ulong? orientations = null, long first = 0)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(noise);
        var own = Split(noise);
        var among = Orientation.Of(orientations is null ? SymmetryGroup.None : model.Tasks.Symmetries(task), task);
        if (orientations is not { } seed || among.Count == 1)
        {
            // One condition for all members is encoded once.
            return Draw(task, [.. own.Select(_ => condition)], parameters, own);
        }

        var (conditionZeros, answerZeros) = model.Tasks.Zeros(task, condition.Device);
        Orientation[][] turned = [.. own.Select((_, m) => Enumerable.Range(0, (int)condition.Size(0)).Select(i => Orientation.Drawn(among, seed, (uint)(first + i), m)).ToArray())];
        Tensor[] conditions = [.. turned.Select(member => EachSample(condition, (sample, i) => member[i].Turn(sample, conditionZeros)))];
        var answers = Draw(task, conditions, parameters, own);
        return [.. answers.Zip(turned, (answer, member) => EachSample(answer, (sample, i) => member[i].TurnBack(sample, answerZeros)))];
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

    private static Tensor EachSample(Tensor x, Func<Tensor, int, Tensor> change) =>
        Tensor.Cat([.. Enumerable.Range(0, (int)x.Size(0)).Select(i => change(x.Narrow(0, i, 1), i))], 0);

    private IReadOnlyList<Tensor> Draw(TaskKind task, Tensor[] conditions, Tensor? parameters, Tensor[] noise) =>
        noise[0].Device.Type == DeviceType.Cpu ? OneByOne(task, conditions, parameters, noise) : AtOnce(task, conditions, parameters, noise);

    private Tensor Generate(TaskFeatures features, Tensor? parameters, Tensor noise) =>
        model.Generate(features, parameters, noise, sampler, gradientSteps: gradientSteps);

    private Tensor[] Split(Tensor noise)
    {
        var channels = model.Tasks.Channels;
        return [.. Enumerable.Range(0, (int)noise.Size(1) / channels).Select(m => noise.Narrow(1, m * channels, channels))];
    }
}
