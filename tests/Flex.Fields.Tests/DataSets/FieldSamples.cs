using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;
using Flex.Fields.Resampling;
using Flex.Torch.Random;

namespace Flex.Fields.Tests.DataSets;

/// <summary>Small data sets for tests.</summary>
internal static class FieldSamples
{
    /// <summary>Settings for files <c>*.nc</c> with the variable w; patches of 16 at ×4.</summary>
    public static DataConfig Config => new() { Files = ["*.nc"], Variable = "w", Patch = 16 };

    /// <summary>Mean 0, standard deviation 1, residuals as they are: what is rendered are the fields themselves.</summary>
    public static DataStatistics NoNormalisation => new()
    {
        Mean = 0,
        Std = 1,
        ResidualRms = 1,
        ResidualScale = new ResidualScale { Kind = ResidualScaleKind.None, Unit = 1 },
    };

    /// <summary>White noise, a function of the seed.</summary>
    public static float[] Noise(int height, int width, ulong seed = 1)
    {
        var values = new float[height * width];
        CounterNoise.FillNormal(values, new NoiseKey(seed, 0));
        return values;
    }

    /// <summary>Writes snapshots of the variable w.</summary>
    public static void Write(string path, int height, int width, bool periodic, IReadOnlyList<float[]> snapshots, string? reynolds = null)
    {
        var spec = new OutputSpec
        {
            Grid = new Grid(new GridAxis("y", height, Periodic: periodic), new GridAxis("x", width, Periodic: periodic)),
            Times = [.. Enumerable.Range(0, snapshots.Count).Select(i => (double)i)],
            Fields = [new OutputField("w")],
            Attributes = reynolds is null ? new Dictionary<string, string>() : new() { ["reynolds"] = reynolds },
            DeflateLevel = 0,
        };
        using var writer = FieldWriter.Create(path, spec);
        for (var i = 0; i < snapshots.Count; i++)
        {
            writer.Write("w", 0, i, snapshots[i]);
        }

        writer.Commit();
    }

    /// <summary>up(X[::s]) of a whole field, cropped to it.</summary>
    public static float[] Condition(float[] fine, int height, int width, DataConfig config, bool periodic)
    {
        var s = config.Factor;
        var coarse = new ArrayField(Downsample.Strided(new ArrayField(fine, height, width), s), (height + s - 1) / s, (width + s - 1) / s);
        var up = new float[fine.Length];
        new Upsampler(s, config.Interpolation, config.Registration, periodic, periodic).Upsample(coarse, Window.Whole(height, width), up);
        return up;
    }

    /// <summary>A square window that may wrap around.</summary>
    public static float[] Crop(float[] field, int height, int width, int y, int x, int side)
    {
        var patch = new float[side * side];
        for (var i = 0; i < patch.Length; i++)
        {
            var (row, column) = (y + (i / side), x + (i % side));
            patch[i] = field[((row + height) % height * width) + ((column + width) % width)];
        }

        return patch;
    }

    /// <summary>Renders one patch.</summary>
    public static (float[] Condition, float[] Residual) Render(this SuperResolutionData data, PatchLocation location)
    {
        var (condition, residual) = (new float[data.Config.Patch * data.Config.Patch], new float[data.Config.Patch * data.Config.Patch]);
        data.Render(location, condition, residual, new float[data.Parameters]);
        return (condition, residual);
    }
}
