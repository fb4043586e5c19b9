using Flex.Diffusion;
using Flex.Diffusion.Backbones;
using Flex.Diffusion.Calibration;
using Flex.Diffusion.Sampling;
using Flex.Fields.DataSets;
using Flex.Fields.NetCdf;
using Flex.IO;
using Flex.Torch;
using Flex.Torch.Distributed;
using Flex.Training.Calibration;

namespace Flex.Training;

/// <summary>Trains a model as a configuration says, for one task or for several.</summary>
/// <param name="config">The configuration.</param>
/// <param name="folder">The folder that file patterns start from: the configuration's.</param>
/// <param name="ranks">The processes that train together; null for this one alone.</param>
public sealed class ModelTraining(TrainConfig config, string folder, ProcessGroup? ranks = null) : IDisposable
{
    private readonly ProcessGroup _ranks = ranks ?? ProcessGroup.Single;
    private SuperResolutionData? _superResolution, _superResolutionValidation;
    private ForecastData? _forecast, _forecastValidation;

    /// <summary>Checks, without reading data, that the model can be built for them and that the device is there.</summary>
    /// <exception cref="InputException">The settings do not fit together or this machine.</exception>
    public void Check()
    {
        if (config.Tasks.Kinds.Count > 1 && config.Batch < 2)
        {
            throw new InputException($"a batch of {config.Batch} cannot hold two tasks: use 2 or more");
        }

        var data = config.Data.Train;
        var architecture = config.Model.Architecture(
            data.Patch, FieldChannel.List(data.Variable).Count, data.History + (data.Advection ? 1 : 0), data.Parameter.Count, [.. config.Tasks.Kinds]);
        if (config.Start is { } start)
        {
            using var network = architecture.Create();
            new StartingWeights(start, folder).Apply(network);
        }

        Device.Parse(config.Device);
    }

    /// <summary>Opens the data and measures their normalisation.</summary>
    /// <param name="progress">Told of the measurement, in snapshots.</param>
    /// <param name="known">The tasks of a model that is there already, whose normalisation stays.</param>
    /// <exception cref="InputException">Data that are missing or do not fit the configuration.</exception>
    public void OpenData(IProgress progress, ModelTasks? known = null)
    {
        var train = config.Data.Train;
        var valid = config.Data.Valid is { } held
            ? train with { Files = held.Files, Times = held.Times ?? train.Times, Symmetries = SymmetryGroup.None }
            : null;
        if (config.Tasks.Superres > 0)
        {
            _superResolution = SuperResolutionData.Open(train, folder, known?.SuperResolution?.Statistics, progress);
            _superResolutionValidation = valid is null ? null : SuperResolutionData.Open(valid, folder, _superResolution.Statistics);
        }

        if (config.Tasks.Forecast > 0)
        {
            // Coarse points lie in the patches of pairs as in those of super-resolution alone.
            train = config.Tasks.Paired ? train with { StrideAlign = train.StrideAlign ?? train.Factor } : train;
            _forecast = ForecastData.Open(train, folder, known?.Forecast?.Statistics, progress, _superResolution);
            _forecastValidation = valid is null ? null : ForecastData.Open(valid, folder, _forecast.Statistics, other: _superResolutionValidation);
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
        using var model = new DiffusionModel(config.Model, Tasks());
        model.Backbone.Initialize(config.Seed);
        if (config.Start is { } start)
        {
            new StartingWeights(start, folder).Apply(model.Backbone);
        }

        using var data = new MixedTrainingData([.. TaskData(config)], config.Tasks.Paired);
        var objective = new DiffusionObjective(model, new DdimSampler(config.Data.Valid?.SampleSteps ?? 1), config.Tasks.Contrastive);
        using var trainer = new Trainer(config, RunConfig.Portable(config), objective, data, run, time, progress, _ranks);
        trainer.Run(cancellation);
    }

    /// <summary>Calibrates the ensembles of a model, from the newest checkpoint of the run folder where there is one, to the end.</summary>
    /// <param name="path">The model.</param>
    /// <param name="run">The run folder of this stage.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Told of the training, in samples.</param>
    /// <param name="cancellation">Stops the training after a checkpoint.</param>
    /// <exception cref="InputException">The model is a regression or of other tasks, data, loss or gradient is not finite, or a file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The training was stopped.</exception>
    public void Calibrate(string path, RunFolder run, TimeProvider time, IProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(run);
        var settings = Calibration;
        var stage = (TrainConfig)settings.After(config, path).Resolve();
        using var model = ModelFile.Load(path, Described(path));
        if (model.Config.Method == GenerationMethod.Regression)
        {
            throw new InputException($"{path} is a regression, which draws nothing: calibrate a diffusion model");
        }

        _ranks.AtFirst(() => RunConfig.Begin(run, stage, resume: true));
        if (settings.Steps == 0)
        {
            _ranks.AtFirst(() => ModelFile.Describe(path, run.FinalModel, model.Tasks));
            return;
        }

        model.Backbone.RequiresGrad(true);
        using var data = new MixedTrainingData([.. TaskData(stage)], paired: false);
        using var trainer = new Trainer(stage, RunConfig.Portable(stage), new CalibrationObjective(model, settings), data, run, time, progress, _ranks);
        trainer.Run(cancellation);
        if (settings.TunedShare < 1)
        {
            _ranks.AtFirst(() => WeightInterpolation.Apply(path, run.FinalModel, settings.TunedShare));
        }
    }

    /// <summary>Fits, on validation fields, what makes the ensembles of a model as uncertain as they are wrong, and keeps it in the model's file.</summary>
    /// <param name="path">The model; changed.</param>
    /// <param name="progress">Told of the fields.</param>
    /// <param name="cancellation">Stops between batches; the file stays as it is.</param>
    /// <exception cref="InputException">The model or data cannot be read, or the file cannot be written.</exception>
    public void FitSpread(string path, IProgress progress, CancellationToken cancellation)
    {
        config.ApplyThreads();

        using var model = ModelFile.Load(path, Described(path));
        var device = _ranks.Own(Device.Parse(config.Device));
        model.Backbone.To(device);
        model.Backbone.ComputeIn(config.PrecisionWhere(Processor.HasBf16), device);
        var measurement = new SpreadMeasurement(model, Calibration, config.Seed, device, _ranks);
        var (fine, next) = (model.Tasks.SuperResolution, model.Tasks.Forecast);
        var tasks = new ModelTasks(
            fine is null ? null : fine with { Spread = Spread(TaskKind.SuperRes, _superResolutionValidation) },
            next is null ? null : next with { Spread = Spread(TaskKind.Forecast, _forecastValidation) });
        _ranks.AtFirst(() => ModelFile.Describe(path, path, tasks));

        // A correction of earlier weights does not stay.
        SpreadCorrection? Spread(TaskKind task, PatchData? validation) => validation is null || Calibration.SpreadFields == 0
            ? null
            : measurement.Run(task, validation, progress, cancellation);
    }

    // A file of an earlier version does not say under which symmetries its model was trained; the configuration does.
    private ModelTasks Described(string path) => ModelFile.ReadTasks(path).Under(config.Data.Train.Symmetries);

    private CalibrateConfig Calibration => config.Calibrate ?? new CalibrateConfig();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var data in new PatchData?[] { _superResolution, _superResolutionValidation, _forecast, _forecastValidation })
        {
            data?.Dispose();
        }
    }

    private ModelTasks Tasks()
    {
        if (_superResolution is null && _forecast is null)
        {
            throw new InvalidOperationException($"call {nameof(OpenData)} first");
        }

        var train = config.Data.Train;
        return new ModelTasks(
            _superResolution is { } fine ? new(SuperResolutionTask.Of(train), fine.Statistics) : null,
            _forecast is { } next ? new(ForecastTask.Of(train, next.TimeStep), next.Statistics) : null).Under(train.Symmetries);
    }

    private IEnumerable<TaskTrainingData> TaskData(TrainConfig settings)
    {
        var share = BatchShare.Of(settings.Batch, _ranks);
        var superResolutionSamples = config.Tasks.SuperResolutionSamples(settings.Batch);
        var (first, second) = config.Tasks.Paired
            ? (share, share)
            : (share.Part(0, superResolutionSamples), share.Part(superResolutionSamples, settings.Batch - superResolutionSamples));
        if (_superResolution is not null)
        {
            IPatchSource patches = config.Tasks.Paired
                ? new PairedPatches(_forecast!.Sampler(settings.Seed), _forecast, _superResolution)
                : _superResolution.Sampler(settings.Seed);
            yield return Task(TaskKind.SuperRes, patches, first, _superResolutionValidation);
        }

        if (_forecast is not null)
        {
            yield return Task(TaskKind.Forecast, _forecast.Sampler(settings.Seed), second, _forecastValidation);
        }
    }

    private TaskTrainingData Task(TaskKind kind, IPatchSource patches, BatchShare share, PatchData? validation)
    {
        var data = new TaskTrainingData(kind, patches, share, config.LoaderThreads);
        if (validation is not null)
        {
            data.ReadValidation(validation.Validation(config.Data.Valid!.Patches, config.Seed));
        }

        return data;
    }
}
