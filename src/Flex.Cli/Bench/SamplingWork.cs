using Flex.Diffusion;
using Flex.Diffusion.Backbones;
using Flex.Diffusion.Sampling;
using Flex.Torch;

namespace Flex.Cli.Bench;

/// <summary>Draws all members of a batch of fields as <c>flex superres</c> does: the condition is encoded once.</summary>
internal sealed class SamplingWork : IWork
{
    private readonly WorkSpec _spec;
    private readonly DiffusionModel _model;

    /// <summary>Prepares the work.</summary>
    /// <param name="spec">What is sampled.</param>
    public SamplingWork(WorkSpec spec)
    {
        var flops = RandomFields.Flops(spec);
        Flops = spec.Batch * (flops.TaskEncoder + (spec.Members * spec.Steps * (flops.Encoder + flops.Decoder)));
        (_spec, Device, _model) = (spec, Device.Parse(spec.Device), RandomFields.Model(spec));
        _model.Backbone.To(Device);
        _model.Backbone.ComputeIn(spec.Precision, Device);
        _model.Backbone.Eval();
        _model.Backbone.RequiresGrad(false);
    }

    /// <inheritdoc/>
    public double Flops { get; }

    /// <inheritdoc/>
    public Device Device { get; }

    /// <inheritdoc/>
    public void Run()
    {
        using var noGrad = GradMode.NoGrad();
        using var scope = new TensorScope();
        long[] shape = [_spec.Batch, 1, _spec.Image, _spec.Image];
        var condition = RandomFields.Normal(20, shape).To(Device);
        var parameters = RandomFields.Normal(21, _spec.Batch, 1).To(Device);
        var sampler = _model.Condition(TaskKind.SuperRes, condition, parameters, new DdimSampler(_spec.Steps));
        for (var m = 0; m < _spec.Members; m++)
        {
            using var member = new TensorScope();
            var noise = RandomFields.Normal(22 + (uint)m, shape).To(Device);
            _ = condition + sampler.Draw(noise);
        }

        Engine.Synchronize(Device);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
