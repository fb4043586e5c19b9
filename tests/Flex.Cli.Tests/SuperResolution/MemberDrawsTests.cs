using Flex.Cli.SuperResolution;
using Flex.Diffusion;
using Flex.Diffusion.Tiling;
using Flex.Evaluation.Ensembles;
using Flex.Evaluation.Scores;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Torch;

namespace Flex.Cli.Tests.SuperResolution;

public sealed class MemberDrawsTests
{
    [Theory]
    [InlineData(24, 32, true)]
    [InlineData(25, 30, false)] // refined to 28 × 32
    public void A_large_ensemble_waits_on_disk_and_is_the_same(int height, int width, bool periodic)
    {
        using var samples = new Samples();
        using var model = ModelFile.LoadSuperResolution(samples.Model());
        var grid = new Grid(new GridAxis("y", height, Periodic: periodic), new GridAxis("x", width, Periodic: periodic));
        var truth = new TrueField("run", 500, 0, 3, new float[height * width], grid);
        var coarse = grid.Stride(4);
        var field = new CoarseField(Enumerable.Range(0, coarse.Height * coarse.Width).Select(i => (float)Math.Sin(i)).ToArray(), coarse.Height, coarse.Width, periodic, periodic);
        var sampler = new TiledSampler(model, new SamplingSettings { Members = 3 }, Device.Cpu);
        IReadOnlyList<float[]> Draw(long largest) => new MemberDraws(sampler, 3, largest).Of(truth, field, [500], default);

        var inMemory = Draw(3 * height * width * sizeof(float));
        Assert.IsNotType<EnsembleSpool>(inMemory);
        using var onDisk = Assert.IsType<EnsembleSpool>(Draw((3 * height * width * sizeof(float)) - 1));
        for (var m = 0; m < 3; m++)
        {
            for (var i = 0; i < height * width; i++)
            {
                Assert.Equal(inMemory[m][(i / width * coarse.Width * 4) + (i % width)], onDisk[m][i]);
            }
        }
    }
}
