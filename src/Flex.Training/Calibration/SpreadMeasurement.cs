using Flex.Diffusion;
using Flex.Diffusion.Backbones;
using Flex.Diffusion.Calibration;
using Flex.Diffusion.Sampling;
using Flex.Diffusion.Tiling;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;
using Flex.IO;
using Flex.Torch;
using Flex.Torch.Distributed;

namespace Flex.Training.Calibration;

/// <summary>
/// Measures on fields that a model was not trained on how far its ensembles' spread is from their error, by scale. The fields are drawn as
/// a user draws them, from overlapping tiles: where tiles are blended their errors cancel more than their spread does. As the correction is
/// made before the blending and fitted after it, they are drawn once more with it for what differs within tiles, and again with that, and the level is set by what comes out.
/// </summary>
/// <param name="model">The model, on <paramref name="device"/>.</param>
/// <param name="config">M, N and the number of fields.</param>
/// <param name="seed">The seed of the noise.</param>
/// <param name="device">Where the model is.</param>
/// <param name="ranks">The processes that draw together; each comes to the same result. Null for this one alone.</param>
public sealed class SpreadMeasurement(DiffusionModel model, CalibrateConfig config, ulong seed, Device device, ProcessGroup? ranks = null)
{
    private const int Drawings = 3;

    private delegate void AddTiles(IReadOnlyList<Tensor> members, Tensor truth, IReadOnlyList<double> features);

    private readonly SamplingSettings _raw = new()
    {
        Sampler = new DdimSampler(config.SampleSteps),
        Members = config.SpreadMembers,
        Overlap = config.SpreadOverlap,
        Seed = seed,
        CorrectSpread = false,
    };

    /// <summary>Measures.</summary>
    /// <param name="task">The task.</param>
    /// <param name="data">Fields.</param>
    /// <param name="progress">Told of the fields that are done, each of them three times.</param>
    /// <param name="cancellation">Stops between batches of tiles.</param>
    /// <returns>What makes spread and error alike; null where no field is as large as a tile.</returns>
    /// <exception cref="InputException">The fields cannot be read or have missing values.</exception>
    public SpreadCorrection? Run(TaskKind task, PatchData data, IProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(progress);
        var items = data.Spread(config.SpreadFields);
        var octaves = new OctaveFit(config.SampleSteps);
        Draw(_raw, octaves.Add, drawing: 0);
        if (octaves.IsEmpty)
        {
            return null;
        }

        var correction = octaves.Fit();
        var local = new LocalFit();
        Draw(_raw with { CorrectSpread = true, Spread = correction }, local.Add, drawing: 1);
        correction = correction with { Local = local.Fit() };
        var field = new FieldFit();
        Draw(_raw with { CorrectSpread = true, Spread = correction }, field.Add, drawing: 2);
        return correction with { Field = field.Fit() };

        void Draw(SamplingSettings settings, AddTiles add, int drawing)
        {
            foreach (var (i, item) in items.Index())
            {
                Add(add, task, data, item, settings, cancellation);
                progress.Report((drawing * items.Count) + i + 1, Drawings * items.Count, "");
            }
        }
    }

    private void Add(AddTiles add, TaskKind task, PatchData data, int item, SamplingSettings settings, CancellationToken cancellation)
    {
        var fields = data.Whole(item);
        var (members, width) = task == TaskKind.SuperRes
            ? Refine(fields, settings, (uint)item, cancellation)
            : (Forecast(fields, settings with { Seed = settings.Seed + (ulong)item }, cancellation), fields.Width);
        for (var channel = 0; channel < data.Channels; channel++)
        {
            Add(add, fields, members, width, channel);
        }
    }

    // A side that is no multiple of s is refined beyond its last point.
    private (IReadOnlyList<float[]> Members, int Width) Refine(WholeFields fields, SamplingSettings settings, uint frame, CancellationToken cancellation)
    {
        var learnt = model.Tasks.SuperResolution!;
        var (factor, area) = (learnt.Task.Factor, fields.Height * fields.Width);
        var (height, width) = ((fields.Height + factor - 1) / factor, (fields.Width + factor - 1) / factor);
        var coarse = fields.Scales.Select((_, channel) => new CoarseField(
            Downsample.Strided(new ArrayField(fields.Truth.AsMemory(channel * area, area), fields.Height, fields.Width), factor),
            height, width, fields.PeriodicY, fields.PeriodicX)).ToList();
        var sampler = new TiledSampler(new SuperResolutionModel(model, learnt.Task, learnt.Statistics), settings, device, ranks);
        return (sampler.SampleWhole(coarse, fields.Parameters, frame, cancellation), width * factor);
    }

    // Every field has a seed of its own: the orientations that one seed draws for few members are a matter of chance.
    private IReadOnlyList<float[]> Forecast(WholeFields fields, SamplingSettings settings, CancellationToken cancellation)
    {
        var learnt = model.Tasks.Forecast!;
        var history = new History([.. fields.Past], fields.Height, fields.Width, fields.PeriodicY, fields.PeriodicX);
        return new ForecastSampler(new ForecastModel(model, learnt.Task, learnt.Statistics), settings, device, ranks)
            .Forecast(history, fields.Parameters, leads: 1, cancellation: cancellation).First();
    }

    // Windows of a tile's size, side by side.
    private void Add(AddTiles add, WholeFields fields, IReadOnlyList<float[]> members, int width, int channel)
    {
        var patch = model.Tasks.Patch;
        var (rows, columns) = (fields.Height / patch, fields.Width / patch);
        if (rows * columns == 0)
        {
            return;
        }

        using var scope = new TensorScope();
        add(
            [.. members.Select(member => Windows(member, width, member.Length / fields.Scales.Count))],
            Windows(fields.Truth, fields.Width, fields.Height * fields.Width),
            FieldLaw.Features(fields.Scales, fields.Parameters.Select(p => p / model.Tasks.ParameterScale)));

        Tensor Windows(float[] values, int stride, int area)
        {
            var scale = (float)(1 / fields.Scales[channel]);
            var windows = new float[rows * columns * patch * patch];
            for (var i = 0; i < windows.Length; i++)
            {
                var (window, cell) = Math.DivRem(i, patch * patch);
                var y = (window / columns * patch) + (cell / patch);
                var x = (window % columns * patch) + (cell % patch);
                windows[i] = values[(channel * area) + (y * stride) + x] * scale;
            }

            return Tensor.From<float>(windows, rows * columns, 1, patch, patch);
        }
    }
}
