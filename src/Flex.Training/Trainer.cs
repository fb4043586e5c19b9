using System.Globalization;
using Flex.IO;
using Flex.Torch;
using Flex.Torch.Distributed;

namespace Flex.Training;

/// <summary>
/// The training loop. Everything in it is a function of configuration and step, so a run that was killed and goes on
/// from a checkpoint ends with the same bytes as one that was not.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly TrainerConfig _config;
    private readonly string _configText;
    private readonly ITrainingObjective _objective;
    private readonly RunFolder _run;
    private readonly TimeProvider _time;
    private readonly IProgress _progress;
    private readonly ProcessGroup _ranks;
    private readonly TrainingStep _step;
    private readonly Validator _validator;
    private readonly (string Name, Tensor Value)[] _state;
    private TrainingPosition _position = new();
    private long _saved = -1;

    /// <summary>Moves the network to its device and goes on from the folder's newest valid checkpoint, if there is one.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="configText">The resolved configuration as YAML; it is saved with checkpoints and models.</param>
    /// <param name="objective">The network, with its initial weights, and its loss. It stays with its owner.</param>
    /// <param name="data">The samples.</param>
    /// <param name="run">The run folder.</param>
    /// <param name="time">The clock of rates and of checkpoints by the minute.</param>
    /// <param name="progress">Where progress is reported, in samples.</param>
    /// <param name="ranks">The processes that train together, of which the first reads and writes the run folder; null for this one alone.</param>
    /// <exception cref="InputException">The device is not there, or no checkpoint belongs to this network.</exception>
    public Trainer(
        TrainerConfig config,
        string configText,
        ITrainingObjective objective,
        ITrainingData data,
        RunFolder run,
        TimeProvider time,
        IProgress progress,
        ProcessGroup? ranks = null)
    {
        (_config, _configText, _objective, _run, _time, _progress, _ranks) = (config, configText, objective, run, time, progress, ranks ?? ProcessGroup.Single);
        config.ApplyThreads();
        var device = _ranks.Own(Device.Parse(config.Device));
        objective.Network.To(device);
        objective.Network.ComputeIn(config.PrecisionWhere(Processor.HasBf16), device);
        objective.Network.CheckpointActivations(config.ActivationCheckpointing);
        var draws = new TrainingDraws(config.Seed, config.TimeSampling, config.LoaderThreads);
        _step = new TrainingStep(config, objective, data, draws, device, _ranks);
        _validator = new Validator(objective, data, draws, device, _ranks);
        _state =
        [
            .. objective.Network.NamedState("model"),
            .. _step.Optimizer.State.Select(entry => ("optimizer." + entry.Name, entry.Value)),
            .. _step.Average.Averages.Select(entry => ("ema." + entry.Name, entry.Value)),
        ];
        _ranks.AtFirst(Restore);
        Share();
    }

    /// <summary>The steps made.</summary>
    public long Step => _position.Step;

    /// <summary>Trains to the end and writes the model.</summary>
    /// <param name="cancellation">Stops the training after the step in progress; a checkpoint is written first.</param>
    /// <exception cref="InputException">Data, loss or gradient is not finite, the training diverges, or a file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The training was stopped.</exception>
    public void Run(CancellationToken cancellation)
    {
        using var log = _ranks.IsFirst ? new MetricLog(_run, _position.Step, _time) : null;
        var guard = new DivergenceGuard();
        var rate = new RateMeter(_time, _config.SamplesPerStep);
        var lastSave = _time.GetTimestamp();
        _objective.Network.Train();
        Report(null);
        var agreed = default(StepWishes);
        while (_position.Step < _config.Steps)
        {
            if (agreed.Stop || (_ranks.Size == 1 && cancellation.IsCancellationRequested))
            {
                Save();
                throw new OperationCanceledException(cancellation);
            }

            // Only the first process's clock counts.
            var outcome = _step.Make(
                _position.Step, new StepWishes(cancellation.IsCancellationRequested, _ranks.IsFirst && IsTimeToSave(_time.GetElapsedTime(lastSave))));
            agreed = outcome.Wishes;
            _position = _position.After(outcome);
            guard.Add(_position.Step, outcome.Loss);
            rate.Count();
            Report(outcome);
            if (IsDue(_config.LogEvery))
            {
                LogTraining(log, rate);
            }

            if (IsDue(_config.ValidateEvery))
            {
                Validate(log);
            }

            if (agreed.Save || (_config.CheckpointEvery.Steps > 0 && _position.Step % _config.CheckpointEvery.Steps == 0))
            {
                Save();
                lastSave = _time.GetTimestamp();
            }
        }

        Save();
        SaveModel(_run.FinalModel);
    }

    /// <inheritdoc/>
    public void Dispose() => _step.Dispose();

    private bool IsDue(long every) => _position.Step % every == 0 || _position.Step == _config.Steps;

    private bool IsTimeToSave(TimeSpan sinceLast) => _config.CheckpointEvery.Minutes > 0 && sinceLast.TotalMinutes >= _config.CheckpointEvery.Minutes;

    private void LogTraining(MetricLog? log, RateMeter rate)
    {
        var (samplesPerSecond, seconds) = rate.Read();
        log?.Write(_position.Step, new OrderedDictionary<string, double>
        {
            ["loss"] = _position.LossSum / _position.Count,
            ["grad_norm"] = _position.NormSum / _position.Count,
            ["learning_rate"] = _step.LearningRate(_position.Step - 1),
            ["samples_per_second"] = samplesPerSecond,
            ["seconds"] = seconds,
        });
        _position = _position.Logged();
    }

    private void Validate(MetricLog? log)
    {
        using var averaged = _step.Average.Apply();
        var outcomes = _validator.Run();
        if (outcomes.Count == 0)
        {
            return;
        }

        var loss = outcomes.Average(outcome => outcome.Loss);
        if (!double.IsFinite(loss))
        {
            throw new InputException($"step {_position.Step}: the validation loss is not finite ({loss}); "
                + "train with a lower learning_rate; the last checkpoint is intact");
        }

        log?.Write(_position.Step, Measurements(loss, outcomes));
        if (_position.BestStep == 0 || loss < _position.BestLoss)
        {
            _position = _position with { BestStep = _position.Step, BestLoss = loss };
            _ranks.AtFirst(() => _objective.Save(_run.BestModel, Provenance()));
        }
    }

    // The mean over tasks and, where there are several, each one's own.
    private static OrderedDictionary<string, double> Measurements(double loss, IReadOnlyList<ValidationOutcome> outcomes)
    {
        var values = new OrderedDictionary<string, double> { ["valid_loss"] = loss };
        if (outcomes.Average(outcome => outcome.SampleError) is { } error)
        {
            values["valid_sample_error"] = error;
        }

        foreach (var outcome in outcomes.Where(_ => outcomes.Count > 1))
        {
            var task = outcome.Task.ToString().ToLowerInvariant();
            values[$"valid_loss_{task}"] = outcome.Loss;
            if (outcome.SampleError is { } own)
            {
                values[$"valid_sample_error_{task}"] = own;
            }
        }

        return values;
    }

    private void Save()
    {
        if (_saved == _position.Step)
        {
            return;
        }

        _ranks.AtFirst(() =>
        {
            Checkpoint.Write(_run.Checkpoint(_position.Step), _state, _position, _configText);
            _run.RemoveOldCheckpoints(_config.Keep);
        });
        _saved = _position.Step;
    }

    private void SaveModel(string path)
    {
        using var averaged = _step.Average.Apply();
        _ranks.AtFirst(() => _objective.Save(path, Provenance()));
    }

    private Dictionary<string, string> Provenance() => new()
    {
        ["train_steps"] = _position.Step.ToString(CultureInfo.InvariantCulture),
        ["train_config"] = _configText,
        ["best_step"] = _position.BestStep.ToString(CultureInfo.InvariantCulture),
        ["best_valid_loss"] = _position.BestLoss.ToString(CultureInfo.InvariantCulture),
    };

    private void Report(StepOutcome? outcome) => _progress.Report(
        (double)_position.Step * _config.SamplesPerStep,
        (double)_config.Steps * _config.SamplesPerStep,
        outcome is null ? null : string.Create(CultureInfo.InvariantCulture, $"step {_position.Step}/{_config.Steps}, loss {outcome.Loss:0.0000}"));

    // All processes go on from the state of the first.
    private void Share()
    {
        double[] own = [_position.Step, _position.LossSum, _position.NormSum, _position.Count, _position.BestStep, _position.BestLoss, _saved];
        var first = _ranks.StartSum(_ranks.IsFirst ? own : new double[own.Length]).Wait();
        _position = new TrainingPosition((long)first[0], first[1], first[2], (long)first[3], (long)first[4], first[5]);
        _step.Optimizer.Steps = _step.Average.Updates = _position.Step;
        _saved = (long)first[6];
        foreach (var (_, value) in _state)
        {
            _ranks.Broadcast(value);
        }
    }

    // A checkpoint that is damaged gives way to the one before it; when none can be read, the newest one's fault is told.
    private void Restore()
    {
        InputException? fault = null;
        foreach (var step in _run.Checkpoints())
        {
            try
            {
                _position = Checkpoint.Read(_run.Checkpoint(step), _state);
                _saved = _position.Step;
                _run.RemoveCheckpointsAfter(_position.Step);
                return;
            }
            catch (InputException e)
            {
                fault ??= e;
            }
        }

        if (fault is not null)
        {
            throw fault;
        }
    }
}
