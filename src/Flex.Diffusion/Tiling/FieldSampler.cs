using System.Numerics.Tensors;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;
using Flex.Torch;
using Flex.Torch.Random;
using Tensor = Flex.Torch.Tensor;

namespace Flex.Diffusion.Tiling;

/// <summary>The tiles of one field: their conditions, noise, answers and blending.</summary>
internal sealed class FieldSampler
{
    private readonly SuperResolutionModel _model;
    private readonly SamplingSettings _settings;
    private readonly Device _device;
    private readonly MissingValues _missing;
    private readonly ConditionCutter _cutter;
    private readonly Upsampler _upsampler;
    private readonly TileAxis _columns;
    private readonly NoisePlane _noise;
    private readonly float[] _parameters;
    private readonly uint _frame;
    private readonly double _scale;

    public FieldSampler(
        SuperResolutionModel model, SamplingSettings settings, Device device, CoarseField coarse, IReadOnlyList<double> parameters, uint frame)
    {
        var task = model.Task;
        (_model, _settings, _device, _frame) = (model, settings, device, frame);
        _parameters = [.. parameters.Select(p => (float)(p / task.ParameterScale))];
        _missing = MissingValues.Fill(coarse, task);
        _cutter = new ConditionCutter(task, _missing.Filled);
        _upsampler = new Upsampler(task.Factor, task.Interpolation, task.Registration, coarse.PeriodicY, coarse.PeriodicX);
        var overlap = settings.Overlap ?? task.Patch / 2;
        Rows = new TileAxis(coarse.Height * task.Factor, task.Patch, overlap, task.Factor, coarse.PeriodicY);
        _columns = new TileAxis(coarse.Width * task.Factor, task.Patch, overlap, task.Factor, coarse.PeriodicX);
        _noise = new NoisePlane(Rows, _columns);
        _scale = task.Target == PatchTarget.Raw ? model.Statistics.Std : model.Statistics.ResidualScale.For(_missing.Filled);
    }

    /// <summary>The rows of tiles.</summary>
    public TileAxis Rows { get; }

    private int Patch => _model.Task.Patch;

    /// <summary>Samples one row of tiles and blends them along x.</summary>
    /// <param name="row">The row of tiles.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>For every member (patch, W) normalised residuals (or fields).</returns>
    public float[][] SampleRow(int row, CancellationToken cancellation)
    {
        var blended = NewFields(Patch * _columns.Length);
        using var noGrad = GradMode.NoGrad();
        for (var first = 0; first < _columns.Count; first += _settings.Batch)
        {
            using var scope = new TensorScope();
            var count = Math.Min(_settings.Batch, _columns.Count - first);
            var parameters = _parameters.Length == 0 ? null : Tensor.From<float>(_parameters, 1, _parameters.Length).Expand(count, _parameters.Length).To(_device);

            // The condition's features serve every step and member.
            var features = _model.Encode(Conditions(row, first, count), parameters);
            for (var m = 0; m < blended.Length; m++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var member = new TensorScope();
                var answer = _model.Sample(
                    features, parameters, Noise(row, first, count, m, step: 0), _settings.Sampler, step => Noise(row, first, count, m, step));
                BlendAlongX(answer.ToArray<float>(), first, count, blended[m]);
            }
        }

        return blended;
    }

    /// <summary>Blends rows of tiles along y and brings the sum to the units of the field.</summary>
    /// <param name="start">The band's first row.</param>
    /// <param name="end">The row after its last.</param>
    /// <param name="tiles">The rows of tiles that cover it.</param>
    /// <param name="sampled">What <see cref="SampleRow"/> made of them.</param>
    /// <returns>The band.</returns>
    public Band Blend(int start, int end, int[] tiles, IReadOnlyDictionary<int, float[][]> sampled)
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
                        TensorPrimitives.MultiplyAdd(source.AsSpan(p * width, width), weights[p], target, target);
                    }
                }
            }
        }

        ToUnits(window, members);
        return new Band(start, window.Height, members);
    }

    private void ToUnits(Window window, float[][] members)
    {
        var basis = new float[window.Count];
        if (_model.Task.Target == PatchTarget.Raw)
        {
            basis.AsSpan().Fill((float)_model.Statistics.Mean);
        }
        else
        {
            _upsampler.Upsample(new ArrayField(_missing.Filled.Values, _missing.Filled.Height, _missing.Filled.Width), window, basis);
        }

        foreach (var values in members)
        {
            TensorPrimitives.MultiplyAdd(values, (float)_scale, basis, values);
            _missing.Mask(window, values);
        }
    }

    private Tensor Conditions(int row, int first, int count)
    {
        var (mean, std) = (_model.Statistics.Mean, _model.Statistics.Std);
        var values = new float[count * Patch * Patch];
        for (var i = 0; i < count; i++)
        {
            _cutter.Cut(Rows.Origins[row], _columns.Origins[first + i], values.AsSpan(i * Patch * Patch, Patch * Patch));
        }

        // As the training patches are normalised, operation by operation.
        TensorPrimitives.Multiply(values, (float)(1 / std), values);
        TensorPrimitives.Add(values, (float)(-mean / std), values);
        return Tensor.From<float>(values, count, 1, Patch, Patch).To(_device);
    }

    private Tensor Noise(int row, int first, int count, int member, int step)
    {
        var key = new NoiseKey(_settings.Seed, NoisePlane.Stream, _frame, (uint)member, (uint)step);
        var values = new float[count * Patch * Patch];
        for (var i = 0; i < count; i++)
        {
            _noise.Fill(values.AsSpan(i * Patch * Patch, Patch * Patch), key, row, first + i);
        }

        return Tensor.From<float>(values, count, 1, Patch, Patch).To(_device);
    }

    private void BlendAlongX(float[] tiles, int first, int count, float[] blended)
    {
        var width = _columns.Length;
        for (var i = 0; i < count; i++)
        {
            var cells = _columns.CellsOf(first + i);
            var weights = _columns.WeightsOf(first + i);
            for (var y = 0; y < Patch; y++)
            {
                var source = tiles.AsSpan(((i * Patch) + y) * Patch, Patch);
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

    private float[][] NewFields(int length)
    {
        var fields = new float[_settings.Members][];
        for (var m = 0; m < fields.Length; m++)
        {
            fields[m] = new float[length];
        }

        return fields;
    }
}
