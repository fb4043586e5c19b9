using Flex.Diffusion.Backbones;
using Flex.Diffusion.Calibration;
using Flex.Diffusion.Sampling;
using Flex.Diffusion.Tiling;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Fields.Resampling;
using Flex.Torch;
using Flex.Torch.Random;

namespace Flex.Diffusion.Tests.Tiling;

public sealed class TiledSamplerTests
{
    private const uint Frame = 5;
    private static readonly double[] Reynolds = [500];

    /// <summary>
    /// A network that says 0 makes x̂ a multiple of Z, cell by cell, so that the answer is known: it shows the noise plane, the
    /// wrapping, the blending, the scale and the interpolation at once.
    /// </summary>
    [Theory]
    [InlineData(8, 8, true, true)]
    [InlineData(7, 13, true, true)] // no multiple of a tile's stride
    [InlineData(7, 13, false, false)]
    [InlineData(5, 9, true, false)]
    [InlineData(3, 2, false, false)] // smaller than a tile
    [InlineData(3, 1, true, true)] // wraps onto itself
    public void A_silent_network_gives_interpolation_and_one_plane_of_noise(int height, int width, bool periodicY, bool periodicX)
    {
        using var model = TinyModel.Create(active: false);
        var coarse = TinyModel.Coarse(height, width, periodicY, periodicX);
        var settings = new SamplingSettings { Seed = 11, Members = 2, Batch = 3 };
        var members = new TiledSampler(model, settings, Device.Cpu).SampleWhole(coarse, Reynolds, Frame);

        var schedule = new NoiseSchedule();
        var half = (Alpha: schedule.Alpha(0.5), Sigma: schedule.Sigma(0.5));
        var gain = half.Alpha * ((half.Alpha * schedule.Alpha(1)) + (half.Sigma * schedule.Sigma(1)));
        var up = new Upsampler(4, Interpolation.Bicubic, Registration.Node, periodicY, periodicX).Upsample(coarse.Rows);
        for (var m = 0; m < 2; m++)
        {
            var noise = new float[up.Length];
            CounterNoise.FillNormalWindow(noise, new NoiseKey(11, NoisePlane.Stream, Frame, (uint)m), 0, 0, 4 * height, 4 * width);
            for (var i = 0; i < up.Length; i++)
            {
                Assert.Equal(up[i] + (TinyModel.Scale * gain * noise[i]), members[m][i], 2e-6);
            }
        }
    }

    [Fact]
    public void The_field_itself_is_answered_where_the_model_generates_it()
    {
        using var model = TinyModel.Create(active: false, target: PatchTarget.Raw);
        var settings = new SamplingSettings { Sampler = new DdimSampler(1) };
        var answer = new TiledSampler(model, settings, Device.Cpu).SampleWhole(TinyModel.Coarse(8, 8, true, true), Reynolds, Frame)[0];

        // One step from pure noise: x̂ = α(1)·Z is all but zero, and normalised zero is the mean.
        Assert.All(answer, value => Assert.Equal(model.Statistics.Mean, value, 1e-3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_answer_is_that_of_single_tiles_in_any_order(bool periodic)
    {
        using var model = TinyModel.Create(active: true);
        var coarse = TinyModel.Coarse(7, 10, periodic, periodic);
        var sampler = new DdimSampler(2, Eta: 0.5);

        // Tile by tile, as libtorch's sums may depend on the batch in their last digits; batches have a test of their own.
        var settings = new SamplingSettings { Sampler = sampler, Overlap = 6, Batch = 1 };
        var tiled = new TiledSampler(model, settings, Device.Cpu).SampleWhole(coarse, Reynolds, Frame)[0];
        var naive = Naive(model, coarse, sampler, overlap: 6);
        Assert.True(Rms(tiled, naive) > 0);
        AssertClose(naive, tiled, 1e-6);
    }

    [Fact]
    public void Members_are_drawn_in_the_orientations_of_the_training()
    {
        // A regression, in which noise plays no part: some members answer the transposed field of the other sign.
        using var model = TinyModel.Create(active: true, symmetries: SymmetryGroup.Vorticity, method: GenerationMethod.Regression);
        var coarse = TinyModel.Coarse(7, 10, true, true);
        float[][] Draw(CoarseField field, bool turned = true) =>
            new TiledSampler(model, new SamplingSettings { Members = 8, Turned = turned }, Device.Cpu).SampleWhole(field, Reynolds, Frame);

        var members = Draw(coarse);
        var own = Draw(coarse, turned: false)[0];
        var other = Draw(new CoarseField(Mirrored(coarse.Values.ToArray(), 7, 10), 10, 7, true, true), turned: false)[0];
        var turned = members.Where(member => Rms(own, member) > 0).ToList();
        Assert.InRange(turned.Count, 1, 7);
        Assert.True(Rms(own, turned[0]) > 1e-3);
        Assert.All(turned, member => AssertClose(Mirrored(other, 40, 28), member, 1e-5));

        static float[] Mirrored(float[] values, int height, int width) =>
            [.. Enumerable.Range(0, values.Length).Select(i => -values[((i % height) * width) + (i / height)])];
    }

    [Fact]
    public void Noise_is_the_same_in_every_orientation()
    {
        using var model = TinyModel.Create(active: false, symmetries: SymmetryGroup.Vorticity);
        var coarse = TinyModel.Coarse(7, 10, true, true);
        float[][] Draw(bool turned) => new TiledSampler(model, new SamplingSettings { Members = 4, Turned = turned }, Device.Cpu).SampleWhole(coarse, Reynolds, Frame);

        Assert.All(Draw(turned: false).Zip(Draw(turned: true)), pair => AssertClose(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void A_spread_correction_is_not_made_of_draws_of_another_kind()
    {
        var spread = new SpreadCorrection(2, [.. Enumerable.Repeat(Math.Log(4), 4)], [1, 1, 1, 1]);
        using var model = TinyModel.Create(active: true, spread: spread, symmetries: SymmetryGroup.Vorticity);
        var coarse = TinyModel.Coarse(8, 8, true, true);
        float[] Draw(bool turned, bool correct) => new TiledSampler(
            model, new SamplingSettings { Members = 4, Turned = turned, CorrectSpread = correct }, Device.Cpu).SampleWhole(coarse, Reynolds, Frame)[1];

        Assert.Equal(Draw(turned: false, correct: false), Draw(turned: false, correct: true));
        Assert.True(Rms(Draw(turned: true, correct: false), Draw(turned: true, correct: true)) > 1e-3);
    }

    [Fact]
    public void A_spread_correction_knows_the_strength_of_the_detail_and_the_parameters()
    {
        SpreadCorrection Spread(double level, double strength, double parameter) =>
            new(2, [0, 0, 0, 0], [1, 1, 1, 1]) { Field = new FieldLaw(level, [10 * strength, 10 * parameter, 0, 0, 0], [-10, -10], [10, 10]) };
        using var model = TinyModel.Create(active: true);
        var coarse = TinyModel.Coarse(8, 8, true, true);
        float[] Draw(SpreadCorrection spread) => new TiledSampler(model, new SamplingSettings { Members = 3, Spread = spread }, Device.Cpu).SampleWhole(coarse, Reynolds, Frame)[1];

        var told = (0.5 * Math.Log(TinyModel.Scale)) + (0.3 * Math.Log(2 * Reynolds[0] / 1000 / 0.01));
        AssertClose(Draw(Spread(told, 0, 0)), Draw(Spread(0, 0.5, 0.3)), 1e-4);
        Assert.True(Rms(Draw(Spread(0, 0, 0)), Draw(Spread(0, 0.5, 0.3))) > 1e-3);
    }

    [Fact]
    public void A_spread_correction_moves_members_away_from_their_mean()
    {
        var spread = new SpreadCorrection(2, [.. Enumerable.Repeat(Math.Log(4), 4)], [1, 1, 1, 1]);
        using var model = TinyModel.Create(active: true, spread: spread);
        var coarse = TinyModel.Coarse(9, 12, true, true);
        float[][] Draw(int members, bool correct = true, double eta = 0, int batch = 16) => new TiledSampler(
            model, new SamplingSettings { Members = members, CorrectSpread = correct, Batch = batch, Sampler = new DdimSampler(2, eta) }, Device.Cpu).SampleWhole(coarse, Reynolds, Frame);

        var (raw, corrected) = (Draw(3, correct: false), Draw(3));
        for (var i = 0; i < raw[0].Length; i++)
        {
            var mean = (raw[0][i] + raw[1][i] + raw[2][i]) / 3;
            Assert.Equal(mean + (2 * (raw[1][i] - mean)), corrected[1][i], 1e-5);
        }

        AssertClose(corrected[2], Draw(3, batch: 1)[2], 1e-5);
        Assert.Equal(raw[0], Draw(1)[0]); // one member has no spread
        Assert.Equal(Draw(2, correct: false, eta: 1)[1], Draw(2, eta: 1)[1]); // another sampler has another spread
    }

    [Fact]
    public void Batches_and_members_do_not_change_a_member()
    {
        using var model = TinyModel.Create(active: true);
        var coarse = TinyModel.Coarse(9, 12, true, true);
        float[][] Draw(int batch, int members) =>
            new TiledSampler(model, new SamplingSettings { Batch = batch, Members = members }, Device.Cpu).SampleWhole(coarse, Reynolds, Frame);

        var all = Draw(64, 3);
        Assert.Equal(all[0], Draw(64, 1)[0]);
        Assert.NotEqual(all[0], all[1]);
        AssertClose(all[2], Draw(1, 3)[2], 1e-6);
        AssertClose(all[2], Draw(4, 3)[2], 1e-6);
    }

    [Fact]
    public void Another_seed_frame_or_parameter_gives_another_answer()
    {
        using var model = TinyModel.Create(active: true);
        var coarse = TinyModel.Coarse(4, 4, true, true);
        float[] Draw(ulong seed, uint frame, double reynolds) =>
            new TiledSampler(model, new SamplingSettings { Seed = seed }, Device.Cpu).SampleWhole(coarse, [reynolds], frame)[0];

        var answer = Draw(1, 0, 500);
        Assert.Equal(answer, Draw(1, 0, 500));
        Assert.NotEqual(answer, Draw(2, 0, 500));
        Assert.NotEqual(answer, Draw(1, 1, 500));
        Assert.NotEqual(answer, Draw(1, 0, 1500));
    }

    /// <summary>
    /// Two tilings of one field: where one has a tile's edge and the other has none, steps of the residual are as large as elsewhere, both
    /// taken relative to the other tiling's. Tiles that only touch are the control which shows that the measure sees a seam.
    /// </summary>
    [Fact]
    public void Seams_cannot_be_measured()
    {
        using var model = TinyModel.Create(active: true);

        // Blind to the noise, whose own roughness would hide a seam; its up-sampling makes blocks of 4 cells, between which steps are taken.
        model.Backbone.NamedParameters().Single(p => p.Name == "encoder.input_blocks.0.0.weight").Value.FillInPlace(0);
        var coarse = TinyModel.Coarse(24, 24, true, true);
        var other = Steps(4);
        Assert.InRange(Seam(8), 0.9, 1.1);
        Assert.True(Seam(0) > 1.3, $"{Seam(0)}");

        double Seam(int overlap)
        {
            var (edges, otherEdges, steps) = (Edges(overlap), Edges(4), Steps(overlap));
            double Relative(bool atEdge)
            {
                var columns = steps.Keys.Where(x => edges.Contains(x) == atEdge && !otherEdges.Contains(x)).ToList();
                return Math.Sqrt(columns.Sum(x => steps[x]) / columns.Sum(x => other[x]));
            }

            return Relative(true) / Relative(false);
        }

        static HashSet<int> Edges(int overlap)
        {
            var axis = new TileAxis(96, TinyModel.Patch, overlap, TinyModel.Factor, periodic: true);
            return [.. axis.Origins, .. axis.Origins.Select(o => (o + axis.Tile) % 96)];
        }

        Dictionary<int, double> Steps(int overlap)
        {
            var settings = new SamplingSettings { Sampler = new DdimSampler(1), Overlap = overlap };
            var answer = new TiledSampler(model, settings, Device.Cpu).SampleWhole(coarse, Reynolds, Frame)[0];
            var up = new Upsampler(4, Interpolation.Bicubic, Registration.Node, true, true).Upsample(coarse.Rows);
            double Residual(int y, int x) => answer[(y * 96) + x] - up[(y * 96) + x];
            return Enumerable.Range(0, 24).Select(i => 4 * i).ToDictionary(
                x => x, x => Enumerable.Range(0, 96).Sum(y => Math.Pow(Residual(y, x) - Residual(y, (x + 95) % 96), 2)));
        }
    }

    [Fact]
    public void Missing_values_are_masked_and_touch_nothing_else()
    {
        using var model = TinyModel.Create(active: true);
        var coarse = TinyModel.Coarse(8, 8, true, false);
        var values = coarse.Values.ToArray();
        (values[0], values[(3 * 8) + 7], values[(3 * 8) + 6]) = (float.NaN, float.PositiveInfinity, float.NaN);
        var answer = new TiledSampler(model, new SamplingSettings(), Device.Cpu).SampleWhole(coarse with { Values = values }, Reynolds, Frame)[0];

        for (var i = 0; i < answer.Length; i++)
        {
            // Node registration: fine point i belongs to the nearest of the coarse points 0, 4, 8, …
            var (y, x) = ((((i / 32) + 2) / 4) % 8, Math.Min(((i % 32) + 2) / 4, 7));
            Assert.Equal(!float.IsFinite(values[(y * 8) + x]), float.IsNaN(answer[i]));
        }
    }

    [Fact]
    public void Missing_values_are_filled_from_their_neighbours()
    {
        float[] values = [1, float.NaN, 3, float.NaN, float.NaN, 7, 8, float.NaN, 9];
        var filled = MissingValues.Fill(new CoarseField(values, 3, 3, false, false), TinyModel.Create(false).Task).Filled.Values.ToArray();
        Assert.Equal([1, 2, 3, 4.5f, 7, 7, 8, 8.5f, 9], filled);
    }

    [Fact]
    public void Impossible_requests_are_bad_input()
    {
        using var model = TinyModel.Create(active: false);
        var coarse = TinyModel.Coarse(4, 4, true, true);
        void Refused(string word, SamplingSettings settings, CoarseField field, params double[] parameters) =>
            Assert.Contains(
                word,
                Assert.Throws<InputException>(() => new TiledSampler(model, settings, Device.Cpu).SampleWhole(field, parameters, 0)).Message,
                StringComparison.Ordinal);

        Refused("members", new SamplingSettings { Members = 0 }, coarse, 1);
        Refused("batch", new SamplingSettings { Batch = 0 }, coarse, 1);
        Refused("overlap", new SamplingSettings { Overlap = 16 }, coarse, 1);
        Refused("steps", new SamplingSettings { Sampler = new DdimSampler(0) }, coarse, 1);
        Refused("reynolds", new SamplingSettings(), coarse);
        Refused("missing", new SamplingSettings(), coarse with { Values = Enumerable.Repeat(float.NaN, 16).ToArray() }, 1);
    }

    [Theory]
    [InlineData(Registration.Node, true)]
    [InlineData(Registration.Cell, true)]
    [InlineData(Registration.Node, false)]
    [InlineData(Registration.Cell, false)]
    public void A_condition_is_a_crop_of_the_whole_interpolation(Registration registration, bool periodic)
    {
        using var model = TinyModel.Create(active: false, registration);
        var coarse = TinyModel.Coarse(6, 7, periodic, periodic);
        var whole = new Upsampler(4, Interpolation.Bicubic, registration, periodic, periodic).Upsample(coarse.Rows);
        var tile = new float[256];
        foreach (var (top, left) in periodic ? new[] { (0, 0), (16, 20) } : [(0, 0), (8, 12)])
        {
            new ConditionCutter(model.Task, coarse).Cut(top, left, tile);
            for (var i = 0; i < tile.Length; i++)
            {
                Assert.Equal(whole[((top + (i / 16)) % 24 * 28) + ((left + (i % 16)) % 28)], tile[i]);
            }
        }
    }

    // Every tile alone, last to first, blended into a whole field: the plainest form of what the sampler does in bands.
    private static float[] Naive(SuperResolutionModel model, CoarseField coarse, DdimSampler sampler, int overlap)
    {
        var rows = new TileAxis(4 * coarse.Height, TinyModel.Patch, overlap, 4, coarse.PeriodicY);
        var columns = new TileAxis(4 * coarse.Width, TinyModel.Patch, overlap, 4, coarse.PeriodicX);
        var up = new Upsampler(4, Interpolation.Bicubic, Registration.Node, coarse.PeriodicY, coarse.PeriodicX).Upsample(coarse.Rows);
        var sum = new double[up.Length];
        for (var r = rows.Count - 1; r >= 0; r--)
        {
            for (var c = columns.Count - 1; c >= 0; c--)
            {
                using var scope = new TensorScope();
                var condition = new float[256];
                new ConditionCutter(model.Task, coarse).Cut(rows.Origins[r], columns.Origins[c], condition);
                Tensor Noise(int step)
                {
                    var noise = new float[256];
                    new NoisePlane(rows, columns).Fill(noise, new NoiseKey(1, NoisePlane.Stream, Frame, 0, (uint)step), r, c);
                    return Tensor.From<float>(noise, 1, 1, 16, 16);
                }

                var parameters = Tensor.From<float>([0.5f], 1, 1);
                var normalised = (Tensor.From<float>(condition, 1, 1, 16, 16) - 0.5) / 2;
                var tile = model.Model.Sample(model.Model.Encode(TaskKind.SuperRes, normalised, parameters), parameters, Noise(0), sampler, Noise).ToArray<float>();
                for (var i = 0; i < tile.Length; i++)
                {
                    var (y, x) = (rows.CellsOf(r)[i / 16], columns.CellsOf(c)[i % 16]);
                    if (y != TileAxis.Outside && x != TileAxis.Outside)
                    {
                        sum[(y * columns.Length) + x] += rows.WeightsOf(r)[i / 16] * columns.WeightsOf(c)[i % 16] * tile[i];
                    }
                }
            }
        }

        return [.. sum.Zip(up, (x, u) => (float)(u + (TinyModel.Scale * x)))];
    }

    private static double Rms(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Average());

    private static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        var worst = expected.Zip(actual, (x, y) => Math.Abs((double)x - y)).Max();
        Assert.True(worst <= tolerance, $"differs by {worst:g3}");
    }
}
