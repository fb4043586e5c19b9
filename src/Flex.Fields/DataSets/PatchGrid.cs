using Flex.Torch.Random;

namespace Flex.Fields.DataSets;

/// <summary>All admissible patches of the fields of one file.</summary>
internal sealed class PatchGrid
{
    private readonly PatchAxis _y;
    private readonly PatchAxis _x;
    private readonly PatchSymmetry[] _symmetries;

    /// <summary>Lists them.</summary>
    public PatchGrid(SnapshotFile file, DataConfig config, int align)
    {
        _y = new PatchAxis(file.Height, file.PeriodicY, config.Patch, align);
        _x = new PatchAxis(file.Width, file.PeriodicX, config.Patch, align);
        _symmetries = config.Symmetries == SymmetryGroup.None
            ? [default]
            : [.. PatchSymmetry.All.Where(s => _y.Count(s.FlipY) > 0 && _x.Count(s.FlipX) > 0)];
    }

    /// <summary>Draws a symmetry, then one of its positions, each uniformly.</summary>
    public PatchLocation Draw(int item, CounterGenerator random) =>
        DrawPosition(item, _symmetries[random.NextInt(_symmetries.Length)], random);

    /// <summary>Draws a position of a symmetry.</summary>
    public PatchLocation DrawPosition(int item, PatchSymmetry symmetry, CounterGenerator random)
    {
        var y = _y.Origin(symmetry.FlipY, random.NextInt(_y.Count(symmetry.FlipY)));
        var x = _x.Origin(symmetry.FlipX, random.NextInt(_x.Count(symmetry.FlipX)));
        return new PatchLocation(item, y, x, symmetry);
    }
}
