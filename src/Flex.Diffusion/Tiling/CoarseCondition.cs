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
    private readonly MissingValues[] _missing;
    private readonly ConditionCutter[] _cutters;
    private readonly Upsampler _upsampler;

    /// <summary>Prepares a field.</summary>
    /// <param name="model">What the model does.</param>
    /// <param name="coarse">X_LR in its own units, C fields of one grid; NaN is missing.</param>
    /// <exception cref="InputException">Every value is missing, the field is too small, or C is not the model's.</exception>
    public CoarseCondition(SuperResolutionModel model, IReadOnlyList<CoarseField> coarse)
    {
        (_task, _statistics) = (model.Task, model.Statistics);
        if (coarse.Count != model.Model.Tasks.Channels)
        {
            throw new InputException($"the model super-resolves {model.Model.Tasks.Channels} field(s) at once ({_task.Variable}), but {coarse.Count} are given");
        }

        _missing = [.. coarse.Select(channel => MissingValues.Fill(channel, _task))];
        _cutters = [.. _missing.Select(channel => new ConditionCutter(_task, channel.Filled))];
        _upsampler = new Upsampler(_task.Factor, _task.Interpolation, _task.Registration, coarse[0].PeriodicY, coarse[0].PeriodicX);
        (PeriodicY, PeriodicX) = (coarse[0].PeriodicY, coarse[0].PeriodicX);
    }

    /// <inheritdoc/>
    public override TaskKind Task => TaskKind.SuperRes;

    /// <inheritdoc/>
    public override int Height => _missing[0].Filled.Height * _task.Factor;

    /// <inheritdoc/>
    public override int Width => _missing[0].Filled.Width * _task.Factor;

    /// <inheritdoc/>
    public override bool PeriodicY { get; }

    /// <inheritdoc/>
    public override bool PeriodicX { get; }

    /// <inheritdoc/>
    public override int Align => _task.Factor;

    /// <inheritdoc/>
    public override int Patch => _task.Patch;

    /// <inheritdoc/>
    public override int Channels => _missing.Length;

    /// <inheritdoc/>
    public override int ConditionChannels => Channels;

    /// <inheritdoc/>
    public override double Scale(int channel) => _task.Target == PatchTarget.Raw
        ? _statistics.Of(channel).Std
        : _statistics.Of(channel).ResidualScale.For(_missing[channel].Filled);

    /// <inheritdoc/>
    public override void Cut(int y, int x, Span<float> destination)
    {
        var area = Patch * Patch;
        for (var c = 0; c < Channels; c++)
        {
            var values = destination.Slice(c * area, area);
            _cutters[c].Cut(y, x, values);
            _statistics.Of(c).Normalise(values);
        }
    }

    /// <inheritdoc/>
    public override void Basis(int channel, Window window, Span<float> destination)
    {
        if (_task.Target == PatchTarget.Raw)
        {
            destination.Fill((float)_statistics.Of(channel).Mean);
            return;
        }

        _upsampler.Upsample(_missing[channel].Filled.Rows, window, destination);
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">The answer is not finite, which could not be told from missing afterwards.</exception>
    public override void Mask(int channel, Window window, Span<float> values)
    {
        // The largest magnitude is NaN or infinite as soon as one value is.
        if (!float.IsFinite(TensorPrimitives.MaxMagnitude(values)))
        {
            throw new InputException("the model's answer is not finite: the field lies far outside what the model was trained on, or its weights are damaged");
        }

        _missing[channel].Mask(window, values);
    }
}
