using System.Numerics.Tensors;
using Flex.Diffusion.Backbones;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Diffusion.Tiling;

/// <summary>A fine field of which the coarse one is known: condition and basis are up(X_LR).</summary>
internal sealed class CoarseCondition : ConditionedField
{
    private readonly SuperResolutionTask _task;
    private readonly DataStatistics _statistics;
    private readonly MissingValues _missing;
    private readonly ConditionCutter _cutter;
    private readonly Upsampler _upsampler;

    /// <summary>Prepares a field.</summary>
    /// <param name="model">What the model does.</param>
    /// <param name="coarse">X_LR in its own units; NaN is missing.</param>
    /// <exception cref="InputException">Every value is missing, or the field is too small.</exception>
    public CoarseCondition(SuperResolutionModel model, CoarseField coarse)
    {
        (_task, _statistics) = (model.Task, model.Statistics);
        _missing = MissingValues.Fill(coarse, _task);
        _cutter = new ConditionCutter(_task, _missing.Filled);
        _upsampler = new Upsampler(_task.Factor, _task.Interpolation, _task.Registration, coarse.PeriodicY, coarse.PeriodicX);
        (PeriodicY, PeriodicX) = (coarse.PeriodicY, coarse.PeriodicX);
        Scale = _task.Target == PatchTarget.Raw ? _statistics.Std : _statistics.ResidualScale.For(_missing.Filled);
    }

    /// <inheritdoc/>
    public override TaskKind Task => TaskKind.SuperRes;

    /// <inheritdoc/>
    public override int Height => _missing.Filled.Height * _task.Factor;

    /// <inheritdoc/>
    public override int Width => _missing.Filled.Width * _task.Factor;

    /// <inheritdoc/>
    public override bool PeriodicY { get; }

    /// <inheritdoc/>
    public override bool PeriodicX { get; }

    /// <inheritdoc/>
    public override int Align => _task.Factor;

    /// <inheritdoc/>
    public override int Patch => _task.Patch;

    /// <inheritdoc/>
    public override int Channels => 1;

    /// <inheritdoc/>
    public override double Scale { get; }

    /// <inheritdoc/>
    public override void Cut(int y, int x, Span<float> destination)
    {
        _cutter.Cut(y, x, destination);

        // As the training patches are normalised, operation by operation.
        TensorPrimitives.Multiply(destination, (float)(1 / _statistics.Std), destination);
        TensorPrimitives.Add(destination, (float)(-_statistics.Mean / _statistics.Std), destination);
    }

    /// <inheritdoc/>
    public override void Basis(Window window, Span<float> destination)
    {
        if (_task.Target == PatchTarget.Raw)
        {
            destination.Fill((float)_statistics.Mean);
            return;
        }

        _upsampler.Upsample(new ArrayField(_missing.Filled.Values, _missing.Filled.Height, _missing.Filled.Width), window, destination);
    }

    /// <inheritdoc/>
    public override void Mask(Window window, Span<float> values) => _missing.Mask(window, values);
}
