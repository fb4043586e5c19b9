using System.Numerics.Tensors;
using Flex.Diffusion.Calibration;
using Flex.Diffusion.Sampling;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Torch;
using Flex.Torch.Distributed;
using Flex.Torch.Random;
using Tensor = Flex.Torch.Tensor;

namespace Flex.Diffusion.Tiling;

/// <summary>The tiles of one field: their conditions, noise, answers and blending.</summary>
internal sealed class FieldSampler
{
    private readonly DiffusionModel _model;
    private readonly SamplingSettings _settings;
    private readonly Device _device;
    private readonly ProcessGroup _ranks;
    private readonly ConditionedField _field;
    private readonly TileAxis _columns;
    private readonly NoisePlane _noise;
    private readonly float[] _parameters;
    private readonly uint _frame;
    private readonly IReadOnlyList<int> _members;
    private readonly double[] _scales;
    private readonly IReadOnlyList<Orientation> _orientations;
    private readonly SpreadCorrection? _spread;
    private readonly IReadOnlyList<double> _features;

    /// <summary>Lays tiles over a field.</summary>
    /// <param name="model">The networks.</param>
    /// <param name="settings">How answers are drawn.</param>
    /// <param name="device">Where the networks are.</param>
    /// <param name="ranks">The processes that draw together.</param>
    /// <param name="field">The field.</param>
    /// <param name="parameters">P physical parameters, scaled.</param>
    /// <param name="frame">Names the field's noise.</param>
    /// <param name="members">The members that are drawn.</param>
    public FieldSampler(
        DiffusionModel model,
        SamplingSettings settings,
        Device device,
        ProcessGroup ranks,
        ConditionedField field,
        IEnumerable<double> parameters,
        uint frame,
        IReadOnlyList<int> members)
    {
        (_model, _settings, _device, _ranks, _field, _frame, _members) = (model, settings, device, ranks, field, frame, members);
        double[] scaled = [.. parameters];
        _parameters = [.. scaled.Select(p => (float)p)];
        _scales = [.. Enumerable.Range(0, field.Channels).Select(field.Scale)];
        _features = FieldLaw.Features(_scales, scaled);
        var overlap = settings.Overlap ?? Patch / 2;
        Rows = new TileAxis(field.Height, Patch, overlap, field.Align, field.PeriodicY);
        _columns = new TileAxis(field.Width, Patch, overlap, field.Align, field.PeriodicX);
        _noise = new NoisePlane(Rows, _columns);

        // A correction is for draws of the kind that it was fitted on.
        var symmetries = model.Tasks.Symmetries(field.Task);
        _orientations = Orientation.Of(settings.Turned ? symmetries : SymmetryGroup.None, field.Task);
        _spread = settings.CorrectSpread && members.Count > 1 && (settings.Spread ?? model.Tasks.Spread(field.Task)) is { } spread && spread.Fits(settings.Sampler)
            && (settings.Turned || symmetries == SymmetryGroup.None)
            ? spread
            : null;
    }

    private TileAxis Rows { get; }

    private int Patch => _field.Patch;

    /// <summary>Draws the members.</summary>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>The field in bands, top (row 0) first, each in all channels; each is computed when it is asked for.</returns>
    public IEnumerable<Band> Bands(CancellationToken cancellation)
    {
        var bands = Rows.Bands().ToList();
        var rows = new SharedRows(_ranks, bands.SelectMany(band => band.Tiles).Distinct(), row => SampleRow(row, cancellation), NewRow);
        for (var i = 0; i < bands.Count; i++)
        {
            var (start, end, tiles) = bands[i];
            for (var channel = 0; channel < _field.Channels; channel++)
            {
                yield return Blend(start, end, tiles, rows, channel);
            }

            // On a periodic axis the last row of tiles serves the first band and the last one.
            foreach (var done in tiles.Where(tile => !bands.Skip(i + 1).Any(later => later.Tiles.Contains(tile))))
            {
                rows.Remove(done);
            }
        }
    }

    // Samples one row of tiles and blends them along x: for every member (C, patch, W) normalised residuals (or fields).
    private float[][] SampleRow(int row, CancellationToken cancellation)
    {
        var blended = NewRow();
        using var noGrad = GradMode.NoGrad();
        for (var first = 0; first < _columns.Count; first += _settings.Batch)
        {
            using var scope = new TensorScope();
            var count = Math.Min(_settings.Batch, _columns.Count - first);
            var parameters = _parameters.Length == 0 ? null : Tensor.From<float>(_parameters, 1, _parameters.Length).Expand(count, _parameters.Length).To(_device);
            var conditions = Conditions(row, first, count);
            var (conditionZeros, answerZeros) = _model.Tasks.Zeros(_field.Task, _device);
            var answers = new Tensor[blended.Length];
            foreach (var turned in Enumerable.Range(0, answers.Length).GroupBy(m => Orientation.Drawn(_orientations, _settings.Seed, _frame, _members[m])))
            {
                // The condition's features serve every step and all members of an orientation.
                using var inner = new TensorScope();
                var sampler = _model.Condition(_field.Task, turned.Key.Turn(conditions, conditionZeros), parameters, _settings.Sampler);
                foreach (var m in turned)
                {
                    cancellation.ThrowIfCancellationRequested();
                    _ranks.ThrowIfLost();
                    answers[m] = inner.Keep(turned.Key.TurnBack(sampler.Draw(NoiseOf(m, 0), step => NoiseOf(m, step)), answerZeros));
                }

                Tensor NoiseOf(int m, int step) => turned.Key.Turn(Noise(row, first, count, m, step));
            }

            var members = _spread?.Apply(answers, _features) ?? answers;
            for (var m = 0; m < blended.Length; m++)
            {
                BlendAlongX(members[m].ToArray<float>(), first, count, blended[m]);
            }
        }

        return blended;
    }

    // Blends the rows of tiles that cover [start, end) along y and brings the sum to the units of the field.
    private Band Blend(int start, int end, int[] tiles, SharedRows sampled, int channel)
    {
        var width = _columns.Length;
        var window = new Window(start, 0, end - start, width);
        var members = NewFields((int)window.Count);
        for (var m = 0; m < members.Length; m++)
        {
            foreach (var tile in tiles)
            {
                var cells = Rows.CellsOf(tile);
                var weights = Rows.WeightsOf(tile);
                var source = sampled[tile][m];
                for (var p = 0; p < cells.Length; p++)
                {
                    if (cells[p] >= start && cells[p] < end)
                    {
                        var target = members[m].AsSpan((cells[p] - start) * width, width);
                        TensorPrimitives.MultiplyAdd(source.AsSpan(((channel * Patch) + p) * width, width), weights[p], target, target);
                    }
                }
            }
        }

        ToUnits(channel, window, members);
        return new Band(start, window.Height, members) { Channel = channel };
    }

    private void ToUnits(int channel, Window window, float[][] members)
    {
        var basis = new float[window.Count];
        _field.Basis(channel, window, basis);
        foreach (var values in members)
        {
            TensorPrimitives.MultiplyAdd(values, (float)_scales[channel], basis, values);
            _field.Mask(channel, window, values);
        }
    }

    private Tensor Conditions(int row, int first, int count)
    {
        var size = _field.ConditionChannels * Patch * Patch;
        var values = new float[count * size];
        for (var i = 0; i < count; i++)
        {
            _field.Cut(Rows.Origins[row], _columns.Origins[first + i], values.AsSpan(i * size, size));
        }

        return Tensor.From<float>(values, count, _field.ConditionChannels, Patch, Patch).To(_device);
    }

    private Tensor Noise(int row, int first, int count, int member, int step)
    {
        var area = Patch * Patch;
        var values = new float[count * _field.Channels * area];
        for (var i = 0; i < count * _field.Channels; i++)
        {
            var (tile, channel) = Math.DivRem(i, _field.Channels);
            var key = new NoiseKey(_settings.Seed, NoisePlane.Stream + (uint)channel, _frame, (uint)_members[member], (uint)step);
            _noise.Fill(values.AsSpan(i * area, area), key, row, first + tile);
        }

        return Tensor.From<float>(values, count, _field.Channels, Patch, Patch).To(_device);
    }

    private void BlendAlongX(float[] tiles, int first, int count, float[] blended)
    {
        var width = _columns.Length;
        for (var i = 0; i < count; i++)
        {
            var cells = _columns.CellsOf(first + i);
            var weights = _columns.WeightsOf(first + i);
            for (var y = 0; y < _field.Channels * Patch; y++)
            {
                var source = tiles.AsSpan(((i * _field.Channels * Patch) + y) * Patch, Patch);
                var target = blended.AsSpan(y * width, width);
                for (var p = 0; p < cells.Length; p++)
                {
                    if (cells[p] != TileAxis.Outside)
                    {
                        target[cells[p]] += weights[p] * source[p];
                    }
                }
            }
        }
    }

    private float[][] NewRow() => NewFields(_field.Channels * Patch * _columns.Length);

    private float[][] NewFields(int length)
    {
        var fields = new float[_members.Count][];
        for (var m = 0; m < fields.Length; m++)
        {
            fields[m] = new float[length];
        }

        return fields;
    }
}
