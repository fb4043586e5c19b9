using Flex.Torch.Random;

namespace Flex.Fields.DataSets;

/// <summary>
/// An endless sequence of random patches for training, a pure function of (seed, index): every epoch of <see cref="PatchData.Count"/>
/// patches visits each moment once, in random order, at a random position under a random symmetry.
/// </summary>
/// <remarks>May be used by several threads. A resumed run goes on by asking for later indices.</remarks>
public sealed class PatchSampler : IPatchSource
{
    private const uint OrderStream = 0x64617431; // "dat1"
    private const uint PatchStream = 0x64617432; // "dat2"

    // A patch takes three draws; a draw is rejected with a probability below 2⁻³².
    private const ulong WordsPerPatch = 16;

    private readonly PatchData _data;
    private readonly ulong _seed;
    private Epoch? _epoch;

    internal PatchSampler(PatchData data, ulong seed)
    {
        _data = data;
        _seed = seed;
    }

    /// <inheritdoc/>
    public int Patch => _data.Config.Patch;

    /// <inheritdoc/>
    public int Channels => _data.Channels;

    /// <inheritdoc/>
    public int ConditionChannels => _data.ConditionChannels;

    /// <inheritdoc/>
    public int Parameters => _data.Parameters;

    /// <summary>The place of patch <paramref name="index"/>.</summary>
    /// <param name="index">0, 1, 2, …</param>
    public PatchLocation Locate(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var (epoch, place) = Math.DivRem(index, _data.Count);
        var item = Order(epoch)[place];
        return _data.GridOf(item).Draw(item, new CounterGenerator(_seed, PatchStream, (ulong)index * WordsPerPatch));
    }

    /// <summary>Patch <paramref name="index"/> by itself.</summary>
    /// <param name="index">0, 1, 2, …</param>
    public PatchSample Sample(long index)
    {
        var sample = new PatchSample(Locate(index), new float[ConditionChannels * Patch * Patch], new float[Channels * Patch * Patch], new float[Parameters]);
        Fill(index, 1, sample.Condition, sample.Residual, sample.Parameters);
        return sample;
    }

    /// <inheritdoc/>
    public void Fill(long first, int count, Span<float> condition, Span<float> residual, Span<float> parameters)
    {
        PatchLocation[] locations = [.. Enumerable.Range(0, count).Select(i => Locate(first + i))];
        _data.Render(locations, condition, residual, parameters);
        var (conditionSize, residualSize) = (ConditionChannels * Patch * Patch, Channels * Patch * Patch);
        for (var i = 0; i < count; i++)
        {
            _data.Augment(
                _seed, first + i, locations[i], condition.Slice(i * conditionSize, conditionSize), residual.Slice(i * residualSize, residualSize));
        }
    }

    /// <inheritdoc/>
    public string Describe(long index) => _data.Describe(Locate(index));

    private int[] Order(long epoch)
    {
        var current = Volatile.Read(ref _epoch);
        if (current?.Number != epoch)
        {
            int[] order = [.. Enumerable.Range(0, _data.Count)];
            new CounterGenerator(_seed, OrderStream, (ulong)epoch << 32).Shuffle(order.AsSpan());
            current = new Epoch(epoch, order);
            Volatile.Write(ref _epoch, current);
        }

        return current.Order;
    }

    private sealed record Epoch(long Number, int[] Order);
}
