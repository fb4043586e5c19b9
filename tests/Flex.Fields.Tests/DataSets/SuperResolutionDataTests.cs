using System.Numerics.Tensors;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;

namespace Flex.Fields.Tests.DataSets;

public sealed class SuperResolutionDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int, int, bool, Interpolation, Registration, SnapshotCache> Cases() => new()
    {
        { 32, 48, true, Interpolation.Bicubic, Registration.Node, SnapshotCache.None },
        { 32, 48, true, Interpolation.Bicubic, Registration.Node, SnapshotCache.Memory },
        { 32, 48, true, Interpolation.Bilinear, Registration.Cell, SnapshotCache.None },
        { 16, 16, true, Interpolation.Bicubic, Registration.Cell, SnapshotCache.None },
        { 32, 48, false, Interpolation.Bicubic, Registration.Node, SnapshotCache.None },
        { 33, 47, false, Interpolation.Bicubic, Registration.Node, SnapshotCache.None },
        { 33, 47, false, Interpolation.Bicubic, Registration.Cell, SnapshotCache.Memory },
        { 18, 47, false, Interpolation.Bilinear, Registration.Node, SnapshotCache.None },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_patch_is_a_crop_of_the_whole_field_everywhere(
        int height, int width, bool periodic, Interpolation interpolation, Registration registration, SnapshotCache cache)
    {
        var fine = FieldSamples.Noise(height, width);
        FieldSamples.Write(_folder["a.nc"], height, width, periodic, [fine]);
        var config = FieldSamples.Config with { Interpolation = interpolation, Registration = registration, Cache = cache };
        using var data = SuperResolutionData.Open(config, _folder.Path, FieldSamples.NoNormalisation);
        var up = FieldSamples.Condition(fine, height, width, config, periodic);
        var side = config.Patch;

        var (first, lastY, lastX) = periodic ? (-side, height - 1, width - 1) : (0, height - side, width - side);
        for (var y = first; y <= lastY; y++)
        {
            for (var x = first; x <= lastX; x += 3)
            {
                var (condition, residual) = data.Render(new PatchLocation(0, y, x, default));
                var expected = FieldSamples.Crop(up, height, width, y, x, side);
                Assert.Equal(expected, condition);
                TensorPrimitives.Subtract(FieldSamples.Crop(fine, height, width, y, x, side), expected, expected);
                Assert.Equal(expected, residual);
            }
        }
    }

    [Theory]
    [InlineData(32, true, SymmetryGroup.Vorticity)]
    [InlineData(32, true, SymmetryGroup.Scalar)]
    [InlineData(16, true, SymmetryGroup.Vorticity)]
    [InlineData(33, false, SymmetryGroup.Vorticity)]
    public void Coarse_points_stay_at_multiples_of_the_factor_under_every_symmetry(int size, bool periodic, SymmetryGroup group)
    {
        FieldSamples.Write(_folder["a.nc"], size, size, periodic, [FieldSamples.Noise(size, size)]);
        var config = FieldSamples.Config with { Symmetries = group };
        using var data = SuperResolutionData.Open(config, _folder.Path, FieldSamples.NoNormalisation);
        var sampler = data.Sampler(seed: 1);
        var seen = new HashSet<PatchSymmetry>();
        for (var index = 0; index < 100; index++)
        {
            var sample = sampler.Sample(index);
            seen.Add(sample.Location.Symmetry);
            for (var i = 0; i < config.Patch * config.Patch; i++)
            {
                var isNode = i / config.Patch % config.Factor == 0 && i % config.Patch % config.Factor == 0;
                Assert.Equal(isNode, sample.Residual[i] == 0);
            }
        }

        Assert.Equal(8, seen.Count);
    }

    [Theory]
    [InlineData(SymmetryGroup.Vorticity)]
    [InlineData(SymmetryGroup.Scalar)]
    public void A_symmetric_patch_is_a_patch_of_the_symmetric_flow(SymmetryGroup group)
    {
        const int Size = 32;
        var fine = FieldSamples.Noise(Size, Size);
        FieldSamples.Write(_folder["a.nc"], Size, Size, periodic: true, [fine]);
        var config = FieldSamples.Config with { Symmetries = group };
        using var data = SuperResolutionData.Open(config, _folder.Path, FieldSamples.NoNormalisation);
        foreach (var symmetry in PatchSymmetry.All)
        {
            // f'(i, j) = ± f(±i, ±j) or ± f(±j, ±i) on the periodic grid; the patch at its origin is read from f.
            var sign = group == SymmetryGroup.Vorticity && symmetry.IsReflection ? -1 : 1;
            var image = new float[fine.Length];
            for (var i = 0; i < Size; i++)
            {
                for (var j = 0; j < Size; j++)
                {
                    var (u, v) = symmetry.Transpose ? (j, i) : (i, j);
                    image[(i * Size) + j] = sign * fine[((symmetry.FlipY ? Size - u : u) % Size * Size) + ((symmetry.FlipX ? Size - v : v) % Size)];
                }
            }

            var (y, x) = (symmetry.FlipY ? 1 - config.Patch : 0, symmetry.FlipX ? 1 - config.Patch : 0);
            var (condition, residual) = data.Render(new PatchLocation(0, y, x, symmetry));
            var expected = FieldSamples.Condition(image, Size, Size, config, periodic: true);
            var up = FieldSamples.Crop(expected, Size, Size, 0, 0, config.Patch);
            var hr = FieldSamples.Crop(image, Size, Size, 0, 0, config.Patch);
            for (var i = 0; i < up.Length; i++)
            {
                Assert.Equal(up[i], condition[i], 1e-5f);
                Assert.Equal(hr[i] - up[i], residual[i], 1e-5f);
            }
        }
    }

    [Fact]
    public void Normalisation_parameters_and_raw_targets()
    {
        var fine = FieldSamples.Noise(32, 32);
        FieldSamples.Write(_folder["re250_seed1.nc"], 32, 32, periodic: true, [fine], reynolds: "250");
        var config = FieldSamples.Config with { Parameter = ["reynolds", "7", @"seed(\d+)"], ParameterScale = 10 };
        var statistics = FieldSamples.NoNormalisation with
        {
            Mean = 2,
            Std = 4,
            ResidualScale = new ResidualScale { Kind = ResidualScaleKind.Global, Unit = 0.5 },
        };
        using var data = SuperResolutionData.Open(config, _folder.Path, statistics);
        using var raw = SuperResolutionData.Open(config with { Target = PatchTarget.Raw }, _folder.Path, statistics);
        var up = FieldSamples.Condition(fine, 32, 32, config, periodic: true);
        var sample = data.Sampler(seed: 3).Sample(0);
        var rawSample = raw.Sampler(seed: 3).Sample(0);
        var location = sample.Location;
        var (c, x) = (FieldSamples.Crop(up, 32, 32, location.Y, location.X, 16), FieldSamples.Crop(fine, 32, 32, location.Y, location.X, 16));

        Assert.Equal([25f, 0.7f, 0.1f], sample.Parameters);
        for (var i = 0; i < c.Length; i++)
        {
            Assert.Equal((c[i] - 2) / 4, sample.Condition[i], 1e-6f);
            Assert.Equal((x[i] - c[i]) / 0.5f, sample.Residual[i], 1e-6f);
            Assert.Equal((x[i] - 2) / 4, rawSample.Residual[i], 1e-6f);
        }
    }

    [Fact]
    public void Times_and_channels_are_chosen()
    {
        float[][] snapshots = [.. Enumerable.Range(0, 7).Select(i => FieldSamples.Noise(16, 16, (ulong)i))];
        FieldSamples.Write(_folder["a.nc"], 16, 16, periodic: true, snapshots);
        var config = FieldSamples.Config with { Times = new TimeSelection(First: 1, Last: -2, Stride: 2), Target = PatchTarget.Raw };
        using var data = SuperResolutionData.Open(config, _folder.Path, FieldSamples.NoNormalisation);

        Assert.Equal(3, data.Count); // 1, 3, 5
        Assert.Equal(snapshots[3], data.Render(new PatchLocation(1, 0, 0, default)).Residual);
        Assert.Contains("a.nc, time index 3", data.Describe(new PatchLocation(1, 0, 0, default)));
    }
}
