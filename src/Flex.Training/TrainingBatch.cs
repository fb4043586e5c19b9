using Flex.Diffusion.Backbones;
using Flex.Torch;

namespace Flex.Training;

/// <summary>Samples that go through the network at once. The tensors belong to the scope they were made in.</summary>
/// <param name="Condition">(B, C', H, W), what is known.</param>
/// <param name="Residual">(B, C, H, W), what the network learns to generate.</param>
/// <param name="Parameters">(B, P) physical parameters, or null where P = 0.</param>
/// <param name="Describe">Tells which files the samples come from, for messages.</param>
public sealed record TrainingBatch(Tensor Condition, Tensor Residual, Tensor? Parameters, Func<string> Describe)
{
    /// <summary>What is asked of the network.</summary>
    public TaskKind Task { get; init; } = TaskKind.SuperRes;

    /// <summary>Samples of another task in the same batch.</summary>
    public TrainingBatch? Other { get; init; }

    /// <summary>
    /// Whether the samples of both tasks belong together one by one: the same place, and the same t and ε. Otherwise the times and
    /// noise of the batch go to this task's samples first, then to the other's.
    /// </summary>
    public bool Paired { get; init; }

    /// <summary>The number of the first sample in the batch of its task, of which other processes may have the others.</summary>
    public long First { get; init; }

    /// <summary>What decides what dropout drops.</summary>
    public ulong Seed { get; init; }

    /// <summary>Lets dropout begin for these samples.</summary>
    /// <remarks>On a GPU what is dropped depends on the place in the process's own batch, so that processes need seeds of their own.</remarks>
    public void SeedDropout()
    {
        const ulong odd = 0x9e37_79b9_7f4a_7c15;
        Engine.ManualSeed(Seed + (ulong)Task + (Condition.Device.Type == DeviceType.Cpu ? 0 : (ulong)First * odd), First);
    }

    /// <summary>The shape of the noise of the whole batch.</summary>
    /// <param name="fields">Noise fields for every sample, F.</param>
    /// <returns>(B, F·C, H, W).</returns>
    public long[] NoiseShape(int fields)
    {
        var shape = Residual.Shape.ToArray();
        shape[0] += Paired ? 0 : Other?.Residual.Size(0) ?? 0;
        shape[1] *= fields;
        return shape;
    }

    /// <summary>The batch on a device.</summary>
    /// <param name="device">The device.</param>
    /// <returns>The batch there; itself when it is there.</returns>
    public TrainingBatch To(Device device) => this with
    {
        Condition = Condition.To(device),
        Residual = Residual.To(device),
        Parameters = Parameters?.To(device),
        Other = Other?.To(device),
    };

    /// <summary>Whether every element is a finite number.</summary>
    /// <returns>The answer.</returns>
    public bool IsFinite() =>
        Condition.AllFinite() && Residual.AllFinite() && Parameters?.AllFinite() != false && Other?.IsFinite() != false;
}
