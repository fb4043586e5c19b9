using Flex.Diffusion;
using Flex.Diffusion.Backbones;
using Flex.Diffusion.Sampling;
using Flex.Fields.Configuration;
using Flex.Fields.DataSets;
using Flex.IO;
using Flex.Torch;

namespace Flex.Training;

/// <summary>Trains a super-resolution model as a configuration says.</summary>
/// <param name="config">The configuration.</param>
/// <param name="folder">The folder that file patterns start from: the configuration's.</param>
public sealed class SuperResolutionTraining(TrainConfig config, string folder) : IDisposable
{
    private SuperResolutionData? _training;
    private SuperResolutionData? _validation;

    /// <summary>Checks, without reading data, that the model can be built for them and that the device is there.</summary>
    /// <exception cref="InputException">The settings do not fit together or this machine.</exception>
    public void Check()
    {
        config.Model.Architecture(config.Data.Train.Patch, 1, 1, config.Data.Train.Parameter.Count, TaskKind.SuperRes);
        Device.Parse(config.Device);
    }

    /// <summary>Opens the data and measures their normalisation.</summary>
    /// <param name="progress">Told of the measurement, in snapshots.</param>
    /// <exception cref="InputException">Data that are missing or do not fit the configuration.</exception>
    public void OpenData(IProgress progress)
    {
        _training = SuperResolutionData.Open(config.Data.Train, folder, progress: progress);
        if (config.Data.Valid is { } valid)
        {
            var data = config.Data.Train with { Files = valid.Files, Times = valid.Times ?? config.Data.Train.Times, Symmetries = SymmetryGroup.None };
            _validation = SuperResolutionData.Open(data, folder, _training.Statistics);
        }
    }

    /// <summary>Trains, from the newest checkpoint of the run folder where there is one, to the end.</summary>
    /// <param name="run">The run folder, begun with <see cref="RunConfig.Begin"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Told of the training, in samples.</param>
    /// <param name="cancellation">Stops the training after a checkpoint.</param>
    /// <exception cref="InputException">Data, loss or gradient is not finite, or a file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The training was stopped.</exception>
    public void Run(RunFolder run, TimeProvider time, IProgress progress, CancellationToken cancellation)
    {
        var training = _training ?? throw new InvalidOperationException($"call {nameof(OpenData)} first");
        using var model = new SuperResolutionModel(config.Model, SuperResolutionTask.Of(config.Data.Train), training.Statistics);
        model.Backbone.Initialize(config.Seed);
        var validation = _validation?.Validation(config.Data.Valid!.Patches, config.Seed);
        using var data = new PatchTrainingData(training, validation, config.Batch, config.Seed);
        var objective = new SuperResolutionObjective(model, new DdimSampler(config.Data.Valid?.SampleSteps ?? 1));
        using var trainer = new Trainer(config, ConfigPrinter.ToYaml(config), objective, data, run, time, progress);
        trainer.Run(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _training?.Dispose();
        _validation?.Dispose();
    }
}
