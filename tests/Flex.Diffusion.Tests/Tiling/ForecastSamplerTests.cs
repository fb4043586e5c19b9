using Flex.Diffusion.Sampling;
using Flex.Diffusion.Tiling;
using Flex.Fields.DataSets;
using Flex.Fields.Grids;
using Flex.Torch;

namespace Flex.Diffusion.Tests.Tiling;

public sealed class ForecastSamplerTests
{
    private const int Height = 24, Width = 40;
    private static readonly double[] Reynolds = [500];

    private static ForecastModel Model(bool active, double scale = 0.25, bool advection = false)
    {
        var config = new ModelConfig { ModelChannels = [32, 32], ResBlocks = [1, 1], Depth = 3, Heads = 2 };
        var task = new ForecastTask { Variable = "w", History = 2, Advection = advection, TimeStep = advection ? 0.5 : null, Patch = 16, Parameter = ["reynolds"], ParameterScale = 1000 };
        var statistics = new DataStatistics
        {
            Mean = 0.5,
            Std = 2,
            ResidualRms = scale,
            ResidualScale = new ResidualScale { Kind = ResidualScaleKind.Global, Unit = scale },
        };
        var model = new ForecastModel(new DiffusionModel(config, new ModelTasks(Forecast: new(task, statistics))), task, statistics);
        model.Backbone.Initialize(7);
        model.Backbone.RequiresGrad(false);
        model.Backbone.Eval();
        if (active)
        {
            Weights.Stir(model.Model.Backbone);
        }

        return model;
    }

    private static History Past(int snapshots = 2)
    {
        var fields = Enumerable.Range(0, snapshots).Select(k => Enumerable.Range(0, Height * Width)
            .Select(i => (float)(Math.Sin((Math.Tau * (i / Width) / Height) + (0.1 * k)) + Math.Cos(2 * Math.Tau * (i % Width) / Width))).ToArray());
        return new History([.. fields], Height, Width, PeriodicY: true, PeriodicX: true);
    }

    private static List<IReadOnlyList<float[]>> Roll(ForecastModel model, int leads, int members, int batch = 16, ulong seed = 1) =>
        [.. new ForecastSampler(model, new SamplingSettings { Members = members, Batch = batch, Seed = seed }, Device.Cpu).Forecast(Past(), Reynolds, leads)];

    [Fact]
    public void A_network_that_says_nothing_leaves_noise_that_adds_up_on_the_present()
    {
        // N = 0: x̂ = α·Z at the last step, the same for every tile, so the change of each step is the sampler's own answer to the noise.
        using var model = Model(active: false, scale: 1e-6);
        var present = Past().Snapshots[^1];
        foreach (var members in Roll(model, leads: 3, members: 1))
        {
            Assert.InRange(members[0].Zip(present, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-4);
        }
    }

    [Fact]
    public void A_member_depends_neither_on_the_others_nor_on_batches()
    {
        using var model = Model(active: true);
        var all = Roll(model, leads: 3, members: 3);
        Assert.Equal(all[2][0], Roll(model, leads: 3, members: 1)[2][0]);
        Assert.Equal(all[1][2], Roll(model, leads: 2, members: 3)[1][2]);
        Assert.NotEqual(all[0][0], all[0][1]);
        Assert.NotEqual(all[0][0], Roll(model, leads: 1, members: 1, seed: 2)[0][0]);
        var single = Roll(model, leads: 3, members: 3, batch: 1);
        Assert.InRange(all[2][1].Zip(single[2][1], (a, b) => Math.Abs(a - b)).Max(), 0, 1e-5);
    }

    [Fact]
    public void Spread_grows_with_the_lead_because_members_go_on_from_their_own_past()
    {
        using var model = Model(active: true, scale: 0.05);
        double[] spread = [.. Roll(model, leads: 6, members: 4).Select(Spread)];
        Assert.True(spread[0] > 0);
        Assert.True(spread[5] > 1.5 * spread[0], string.Join(", ", spread));
    }

    [Fact]
    public void A_step_continues_the_history_of_its_member()
    {
        using var model = Model(active: true);
        var sampler = new DdimSampler(2);
        var steps = Roll(model, leads: 2, members: 1);

        // The second step, from the first one's answer: the same noise has the frame 2, which a forecast by one step cannot ask for.
        var history = Past().After(steps[0][0]);
        Assert.Equal(Past().Snapshots[1], history.Snapshots[0]);
        var other = new ForecastSampler(model, new SamplingSettings { Sampler = sampler }, Device.Cpu).Forecast(history, Reynolds, 1).Single()[0];
        Assert.NotEqual(other, steps[1][0]);
        Assert.InRange(steps[1][0].Zip(other, (a, b) => Math.Abs(a - b)).Average(), 0, 1);
    }

    [Fact]
    public void Progress_counts_parts_of_the_first_ensemble_too()
    {
        using var model = Model(active: true);
        var told = new List<double>();
        var sampler = new ForecastSampler(model, new SamplingSettings { Members = 3 }, Device.Cpu);
        Assert.Equal(2, sampler.Forecast(Past(), Reynolds, 2, told.Add).Count());
        Assert.InRange(told[0], 1e-6, 2.9);
        Assert.Equal(told.Order().Distinct(), told);
        Assert.Equal(6, told[^1]);
    }

    [Fact]
    public void Histories_that_do_not_fit_are_refused()
    {
        using var model = Model(active: false);
        void Refused(History history, double[] parameters, string named) => Assert.Contains(named, Assert.Throws<InputException>(
            () => new ForecastSampler(model, new SamplingSettings(), Device.Cpu).Forecast(history, parameters, 1)).Message, StringComparison.Ordinal);

        Refused(Past(3), Reynolds, "from 2 snapshots");
        Refused(Past(), [], "1 physical parameter");
        var holes = Past();
        holes.Snapshots[0][5] = float.NaN;
        Refused(holes, Reynolds, "missing");
    }

    [Fact]
    public void A_model_may_see_what_a_periodic_flow_carries_along()
    {
        using var model = Model(active: true, advection: true);
        var answer = Roll(model, leads: 1, members: 1)[0][0];
        Assert.All(answer, value => Assert.True(float.IsFinite(value)));

        // Without it the answer to the same snapshots is another.
        using var blind = Model(active: true);
        Assert.NotEqual(answer, Roll(blind, leads: 1, members: 1)[0][0]);
        var bounded = Past() with { PeriodicX = false };
        Assert.Contains("do not wrap around", Assert.Throws<InputException>(
            () => new ForecastSampler(model, new SamplingSettings(), Device.Cpu).Forecast(bounded, Reynolds, 1).ToList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Waves_longer_than_a_tile_are_those_of_the_guess()
    {
        using var model = Model(active: true, advection: true);
        var (past, present) = (Past().Snapshots[0], Past().Snapshots[1]);
        var carried = Advection.Carry(present, Height, Width, Advection.Trace(past, present, Height, Width, 0.5), Window.Whole(Height, Width));
        var answer = Roll(model, leads: 1, members: 1)[0][0];
        Assert.All(LongWaves.Correction(answer, carried, present, Height, Width, 16), value => Assert.Equal(0, value, 1e-5));
        Assert.Contains(answer.Zip(carried), pair => Math.Abs(pair.First - pair.Second) > 0.01);
        Assert.Contains(LongWaves.Correction(present, carried, present, Height, Width, 16), value => Math.Abs(value) > 0.01);
    }

    private static double Spread(IReadOnlyList<float[]> members) => Math.Sqrt(Enumerable.Range(0, Height * Width).Average(i =>
    {
        var mean = members.Average(m => m[i]);
        return members.Average(m => (m[i] - mean) * (m[i] - mean));
    }));
}
