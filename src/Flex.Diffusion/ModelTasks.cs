using Flex.Diffusion.Backbones;
using Flex.Diffusion.Calibration;
using Flex.Fields.DataSets;
using Flex.Fields.NetCdf;
using Flex.Torch;

namespace Flex.Diffusion;

/// <summary>A task that a model has learnt, and how its data are normalised.</summary>
/// <typeparam name="T">The task's description.</typeparam>
/// <param name="Task">What it does.</param>
/// <param name="Statistics">How its data are normalised.</param>
public sealed record Learnt<T>(T Task, DataStatistics Statistics)
{
    /// <summary>What makes its ensembles as uncertain as they are wrong, or null.</summary>
    public SpreadCorrection? Spread { get; init; }

    /// <summary>The symmetries under which it was trained, and in which its members are drawn.</summary>
    public SymmetryGroup Symmetries { get; init; }
}

/// <summary>The tasks of a model; one that is null was not learnt. Patch, variables and physical parameters are the same for all.</summary>
/// <param name="SuperResolution">A fine field from a coarse one.</param>
/// <param name="Forecast">The next snapshot from the last ones.</param>
public sealed record ModelTasks(Learnt<SuperResolutionTask>? SuperResolution = null, Learnt<ForecastTask>? Forecast = null)
{
    /// <summary>Which they are.</summary>
    public TaskKind[] Kinds =>
    [
        .. SuperResolution is null ? Array.Empty<TaskKind>() : [TaskKind.SuperRes],
        .. Forecast is null ? Array.Empty<TaskKind>() : [TaskKind.Forecast],
    ];

    /// <summary>What makes the ensembles of a task as uncertain as they are wrong.</summary>
    /// <param name="kind">The task.</param>
    /// <returns>The correction, or null.</returns>
    public SpreadCorrection? Spread(TaskKind kind) => kind == TaskKind.SuperRes ? SuperResolution?.Spread : Forecast?.Spread;

    /// <summary>The symmetries under which a task was trained.</summary>
    /// <param name="kind">The task.</param>
    /// <returns>The group.</returns>
    public SymmetryGroup Symmetries(TaskKind kind) => (kind == TaskKind.SuperRes ? SuperResolution?.Symmetries : Forecast?.Symmetries) ?? SymmetryGroup.None;

    /// <summary>The same tasks, trained under some symmetries.</summary>
    /// <param name="group">The group.</param>
    /// <returns>The tasks.</returns>
    public ModelTasks Under(SymmetryGroup group) => new(
        SuperResolution is null ? null : SuperResolution with { Symmetries = group },
        Forecast is null ? null : Forecast with { Symmetries = group });

    /// <summary>What zero is among the normalised values of a task, by channel.</summary>
    /// <param name="kind">The task.</param>
    /// <param name="device">Where the values are wanted.</param>
    /// <returns>Of the condition, (C', 1, 1), and of the answer, (C, 1, 1).</returns>
    internal (Tensor Condition, Tensor Answer) Zeros(TaskKind kind, Device device)
    {
        var (statistics, target, snapshots, guesses) = kind == TaskKind.SuperRes
            ? (SuperResolution!.Statistics, SuperResolution.Task.Target, Channels, 0)
            : (Forecast!.Statistics, Forecast.Task.Target, Forecast.Task.History * Channels, Forecast.Task.Advection ? 1 : 0);
        return (
            Column(snapshots + guesses, channel => channel < snapshots ? statistics.Of(channel % Channels).Zero : 0),
            Column(Channels, channel => target == PatchTarget.Raw ? statistics.Of(channel).Zero : 0));

        Tensor Column(int count, Func<int, float> value) => Tensor.From<float>([.. Enumerable.Range(0, count).Select(value)], count, 1, 1).To(device);
    }

    /// <summary>H = W of the training patches.</summary>
    public int Patch => SuperResolution?.Task.Patch ?? Forecast!.Task.Patch;

    /// <summary>C, the channels of the field.</summary>
    public int Channels => FieldChannel.List(SuperResolution?.Task.Variable ?? Forecast!.Task.Variable).Count;

    /// <summary>P, the number of physical parameters.</summary>
    public int Parameters => (SuperResolution?.Task.Parameter ?? Forecast!.Task.Parameter).Count;

    /// <summary>What physical parameters are divided by.</summary>
    public double ParameterScale => SuperResolution?.Task.ParameterScale ?? Forecast!.Task.ParameterScale;

    /// <summary>The fields that condition a forecast, for each channel: K snapshots, and a first guess by advection where the model sees it.</summary>
    public int ForecastConditions => Forecast is { Task: var task } ? task.History + (task.Advection ? 1 : 0) : 1;
}
