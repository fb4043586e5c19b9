using Flex.Torch.Random;

namespace Flex.Fields.DataSets;

/// <summary>
/// A fixed list of patches for validation, spread evenly over files and times (a stratified sample: every file gets its share), at
/// random positions, without symmetries.
/// </summary>
public sealed class ValidationSet : IPatchSource
{
    private const uint Stream = 0x64617433; // "dat3"

    private readonly PatchData _data;

    internal ValidationSet(PatchData data, int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        _data = data;
        var random = new CounterGenerator(seed, Stream);
        var locations = new PatchLocation[count];
        for (var i = 0; i < count; i++)
        {
            var item = StatisticsScan.Spread(i, count, data.Count);
            locations[i] = data.GridOf(item).DrawPosition(item, default, random);
        }

        Locations = locations;
    }

    /// <summary>The patches.</summary>
    public IReadOnlyList<PatchLocation> Locations { get; }

    /// <summary>Number of patches.</summary>
    public int Count => Locations.Count;

    /// <inheritdoc/>
    public int Patch => _data.Config.Patch;

    /// <inheritdoc/>
    public int Channels => _data.Channels;

    /// <inheritdoc/>
    public int ConditionChannels => _data.ConditionChannels;

    /// <inheritdoc/>
    public int Parameters => _data.Parameters;

    /// <inheritdoc/>
    public void Fill(long first, int count, Span<float> condition, Span<float> residual, Span<float> parameters) =>
        _data.Render(Locations.Skip((int)first).Take(count), condition, residual, parameters);

    /// <inheritdoc/>
    public string Describe(long index) => _data.Describe(Locations[(int)index]);
}
