using Flex.Fields.DataSets;

namespace Flex.Fields.Tests.DataSets;

public sealed class PatchSamplerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PatchSamplerTests()
    {
        for (var file = 0; file < 3; file++)
        {
            var seed = (ulong)(10 * file);
            FieldSamples.Write(
                _folder[$"f{file}.nc"], 32, 24, periodic: file == 1, [.. Enumerable.Range(0, 4).Select(i => FieldSamples.Noise(32, 24, seed + (ulong)i))]);
        }
    }

    public void Dispose() => _folder.Dispose();

    private SuperResolutionData Open(SnapshotCache cache = SnapshotCache.None) => SuperResolutionData.Open(
        FieldSamples.Config with { Symmetries = SymmetryGroup.Vorticity, Cache = cache }, _folder.Path, FieldSamples.NoNormalisation);

    [Fact]
    public void A_patch_depends_on_seed_and_index_alone()
    {
        using var data = Open();
        using var cached = Open(SnapshotCache.Memory);
        var (first, again, other) = (data.Sampler(seed: 5), cached.Sampler(seed: 5), data.Sampler(seed: 6));
        var inOrder = Enumerable.Range(0, 40).Select(i => first.Sample(i)).ToList();
        for (var i = 39; i >= 0; i--)
        {
            var sample = again.Sample(i);
            Assert.Equal(inOrder[i].Location, sample.Location);
            Assert.Equal(inOrder[i].Condition, sample.Condition);
            Assert.Equal(inOrder[i].Residual, sample.Residual);
        }

        Assert.NotEqual(inOrder.Select(s => s.Location), Enumerable.Range(0, 40).Select(i => other.Locate(i)));
    }

    [Fact]
    public void A_batch_holds_consecutive_patches()
    {
        using var data = Open();
        var sampler = data.Sampler(seed: 5);
        var batch = new PatchBatch(sampler, 3);
        batch.Fill(first: 11);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(sampler.Sample(11 + i).Condition, batch.Condition[(i * 256)..((i + 1) * 256)]);
            Assert.Equal(sampler.Sample(11 + i).Residual, batch.Residual[(i * 256)..((i + 1) * 256)]);
        }
    }

    [Fact]
    public void Every_epoch_visits_every_snapshot_once_in_another_order()
    {
        using var data = Open();
        var sampler = data.Sampler(seed: 5);
        var epochs = Enumerable.Range(0, 3).Select(e => Enumerable.Range(e * 12, 12).Select(i => sampler.Locate(i).Item).ToArray()).ToArray();
        Assert.All(epochs, order => Assert.Equal(Enumerable.Range(0, 12), order.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.NotEqual(epochs[1], epochs[2]);
    }

    [Fact]
    public void Every_admissible_position_is_drawn_the_last_included()
    {
        using var data = SuperResolutionData.Open(FieldSamples.Config, _folder.Path, FieldSamples.NoNormalisation);
        var sampler = data.Sampler(seed: 5);
        var places = Enumerable.Range(0, 4000).Select(i => sampler.Locate(i)).ToLookup(l => l.Item / 4, l => (l.Y, l.X));

        // 32×24, patches of 16 at multiples of 4: clamped 0…16 and 0…8, periodic 0…28 and 0…20.
        Assert.Equal(5 * 3, places[0].Distinct().Count());
        Assert.Equal((16, 8), places[0].Max());
        Assert.Equal(8 * 6, places[1].Distinct().Count());
        Assert.Equal((28, 20), places[1].Max());
    }

    [Fact]
    public void Validation_is_fixed_and_takes_as_much_of_every_file()
    {
        using var data = Open();
        var (a, b) = (data.Validation(6, seed: 1), data.Validation(6, seed: 1));
        Assert.Equal(a.Locations, b.Locations);
        Assert.NotEqual(a.Locations, data.Validation(6, seed: 2).Locations);
        Assert.Equal([1, 3, 5, 7, 9, 11], a.Locations.Select(l => l.Item));
        Assert.All(a.Locations, l => Assert.Equal(default, l.Symmetry));

        var batch = new PatchBatch(a, 2);
        batch.Fill(first: 4);
        Assert.Equal(data.Render(a.Locations[5]).Residual, batch.Residual[256..]);
    }
}
