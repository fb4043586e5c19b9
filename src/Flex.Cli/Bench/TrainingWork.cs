using Flex.Diffusion;
using Flex.Diffusion.Sampling;
using Flex.Torch;
using Flex.Training;

namespace Flex.Cli.Bench;

/// <summary>One optimiser step after another as <c>flex train</c> makes them: loss, gradients, clipping, AdamW, average of weights.</summary>
internal sealed class TrainingWork : IWork
{
    private readonly DiffusionModel _model;
    private readonly TrainingStep _step;
    private long _made;

    /// <summary>Prepares the work.</summary>
    /// <param name="spec">What is trained.</param>
    public TrainingWork(WorkSpec spec)
    {
        Flops = 3 * spec.Batch * RandomFields.Flops(spec).Forward;
        Device = Device.Parse(spec.Device);
        _model = RandomFields.Model(spec);
        _model.Backbone.To(Device);
        _model.Backbone.ComputeIn(spec.Precision, Device);
        _model.Backbone.CheckpointActivations(spec.ActivationCheckpointing);
        _model.Backbone.Train();
        var config = new TrainerConfig { Batch = spec.Batch, Optimizer = new OptimizerConfig { Kind = OptimizerKind.Adamw, LearningRate = 1e-5 } };
        _step = new TrainingStep(
            config,
            new DiffusionObjective(_model, new DdimSampler()),
            new RandomBatches(spec),
            new TrainingDraws(config.Seed, config.TimeSampling),
            Device);
    }

    /// <inheritdoc/>
    public double Flops { get; }

    /// <inheritdoc/>
    public Device Device { get; }

    /// <inheritdoc/>
    public void Run()
    {
        _step.Make(_made++);
        Engine.Synchronize(Device);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _step.Dispose();
        _model.Dispose();
    }

    private sealed class RandomBatches(WorkSpec spec) : ITrainingData
    {
        public int ValidationBatches => 0;

        public TrainingBatch Training(long index) => new(
            RandomFields.Normal(10, spec.Batch, 1, spec.Image, spec.Image),
            RandomFields.Normal(11, spec.Batch, 1, spec.Image, spec.Image),
            RandomFields.Normal(12, spec.Batch, 1),
            () => "random numbers");

        public TrainingBatch Validation(int index) => Training(index);
    }
}
