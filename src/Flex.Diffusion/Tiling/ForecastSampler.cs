using Flex.Torch;
using Flex.Torch.Distributed;

namespace Flex.Diffusion.Tiling;

/// <summary>
/// Rolls an ensemble forward: every member goes on from its own past and draws its own noise, so that what one step leaves
/// uncertain grows with the lead. A field of any size is made of overlapping tiles, as by <see cref="TiledSampler"/>.
/// </summary>
/// <remarks>
/// A member of a forecast is a function of (seed, member, lead) and the history alone, and, where the model has a spread correction, of the other
/// members of the first step, the only one that all begin at the same state.
/// </remarks>
/// <param name="model">The model, on <paramref name="device"/>.</param>
/// <param name="settings">How answers are drawn.</param>
/// <param name="device">Where the network runs.</param>
/// <param name="ranks">
/// The processes that draw together, each some rows of tiles; all ask for the same forecasts in the same order and get the same answers. Null is this one alone.
/// </param>
public sealed class ForecastSampler(ForecastModel model, SamplingSettings settings, Device device, ProcessGroup? ranks = null)
{
    /// <summary>Forecasts, step by step.</summary>
    /// <param name="history">The last K snapshots.</param>
    /// <param name="parameters">P physical parameters, not scaled.</param>
    /// <param name="leads">The number of steps.</param>
    /// <param name="drawn">Told how many fields are done, of steps × M; parts of fields count.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>The members of each step, (C, H, W) row by row; a step is computed when it is asked for.</returns>
    /// <exception cref="InputException">A setting is impossible, K or P is not the model's, or the forecast has become infinite.</exception>
    public IEnumerable<IReadOnlyList<float[]>> Forecast(
        History history, IReadOnlyList<double> parameters, int leads, Action<double>? drawn = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(parameters);
        settings.Validate();
        if (history.Snapshots.Count != model.Task.History)
        {
            throw new InputException($"the model forecasts from {model.Task.History} snapshots, but {history.Snapshots.Count} are given");
        }

        if (history.Channels != model.Model.Tasks.Channels)
        {
            throw new InputException($"the model forecasts {model.Model.Tasks.Channels} field(s) at once ({model.Task.Variable}), but {history.Channels} are given");
        }

        if (history.Snapshots.Any(snapshot => snapshot.Any(value => !float.IsFinite(value))))
        {
            throw new InputException("the snapshots to forecast from have missing values: fill them first");
        }

        var wanted = model.Task.Parameter;
        return parameters.Count == wanted.Count
            ? Roll(history, [.. parameters.Select(p => p / model.Task.ParameterScale)], leads, drawn, cancellation)
            : throw new InputException($"the model takes {wanted.Count} physical parameter(s) ({string.Join(", ", wanted)}), but {parameters.Count} are given");
    }

    private IEnumerable<IReadOnlyList<float[]>> Roll(
        History start, double[] parameters, int leads, Action<double>? drawn, CancellationToken cancellation)
    {
        var members = Enumerable.Repeat(start, settings.Members).ToArray();
        var done = 0;
        for (var lead = 1; lead <= leads; lead++)
        {
            // The first step starts from one past: its members are one ensemble, and their spread can be corrected.
            var ensembles = lead == 1
                ? [[.. Enumerable.Range(0, members.Length)]]
                : Enumerable.Range(0, members.Length).Select(m => (int[])[m]);
            foreach (var ensemble in ensembles)
            {
                var before = done;
                var next = Step(members[ensemble[0]], parameters, lead, ensemble, part => drawn?.Invoke(before + (part * ensemble.Length)), cancellation);
                done += ensemble.Length;
                foreach (var (i, m) in ensemble.Index())
                {
                    members[m] = members[m].After(next[i]);
                }
            }

            yield return [.. members.Select(member => member.Snapshots[^1])];
        }
    }

    private float[][] Step(History history, double[] parameters, int lead, int[] members, Action<double> drawn, CancellationToken cancellation)
    {
        var next = new float[members.Length][];
        for (var m = 0; m < next.Length; m++)
        {
            next[m] = new float[history.Channels * history.Height * history.Width];
        }

        var field = new HistoryCondition(model, history);
        var sampler = new FieldSampler(model.Model, settings, device, ranks ?? ProcessGroup.Single, field, parameters, (uint)lead, members);
        foreach (var band in sampler.Bands(cancellation))
        {
            for (var m = 0; m < next.Length; m++)
            {
                band.Members[m].CopyTo(next[m], ((band.Channel * history.Height) + band.Y) * history.Width);
            }

            if (band.Channel == history.Channels - 1)
            {
                drawn((double)(band.Y + band.Rows) / history.Height);
            }
        }

        foreach (var (i, member) in members.Index())
        {
            field.Settle(next[i]);
            if (!Array.TrueForAll(next[i], float.IsFinite))
            {
                throw new InputException($"member {member} has no finite values at step {lead}: the forecast has become unstable; use fewer steps, or a model that was trained longer");
            }
        }

        return next;
    }
}
