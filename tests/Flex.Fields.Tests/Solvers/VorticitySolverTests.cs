using Flex.Fields.Solvers;

namespace Flex.Fields.Tests.Solvers;

public class VorticitySolverTests
{
    [Fact]
    public void Taylor_Green_vortices_decay_at_the_viscous_rate()
    {
        // ω = 2·cos(kx)·cos(ky) is a steady Euler flow: ω(t) = ω(0)·e^{−2νk²t}.
        var solver = Solver(64, new FlowParameters(0.05));
        solver.Vorticity[2, 2] = 0.5;
        solver.Vorticity[2, -2] = 0.5;
        solver.AdvanceTo(1);
        var expected = 0.5 * Math.Exp(-2 * 0.05 * 4);
        Assert.Equal(1, solver.Vorticity[2, 2].Real / expected, 1e-6);
        Assert.Equal(1, solver.Vorticity[2, -2].Real / expected, 1e-6);
        Assert.Equal(expected * expected * 2, Invariants.Of(solver.Vorticity).Enstrophy, 1e-6);
    }

    [Fact]
    public void The_error_falls_with_the_fourth_power_of_the_step()
    {
        var exact = Turbulence(320);
        var coarse = Distance(Turbulence(20), exact);
        var fine = Distance(Turbulence(40), exact);
        Assert.InRange(Math.Log2(coarse / fine), 3.8, 4.2);

        static VorticitySolver<double> Turbulence(int steps)
        {
            var solver = Solver(64, new FlowParameters(0.02, Drag: 0.3, new KolmogorovForcing(2, 3)), peak: 3);
            for (var i = 0; i < steps; i++)
            {
                solver.Step(0.4 / steps);
            }

            return solver;
        }
    }

    [Fact]
    public void Energy_and_enstrophy_change_by_what_viscosity_drag_and_forcing_do()
    {
        const double Dt = 0.005;
        var flow = new FlowParameters(0.01, Drag: 0.2, new KolmogorovForcing(3, 4));
        var solver = Solver(64, flow, peak: 4);
        var before = Invariants.Of(solver.Vorticity);
        double energy = 0, enstrophy = 0, turnover = 0;
        for (var i = 0; i <= 200; i++)
        {
            // Simpson's rule.
            var weight = Dt / 3 * (i is 0 or 200 ? 1 : i % 2 == 1 ? 4 : 2);
            var now = Invariants.Of(solver.Vorticity);
            var work = 2 * flow.Forcing!.Coefficient * solver.Vorticity[0, 4].Real;
            energy += weight * ((work / 16) - (2 * flow.Viscosity * now.Enstrophy) - (2 * flow.Drag * now.Energy));
            enstrophy += weight * (work - (2 * flow.Viscosity * now.Palinstrophy) - (2 * flow.Drag * now.Enstrophy));
            turnover += weight * 2 * flow.Viscosity * now.Palinstrophy;
            if (i < 200)
            {
                solver.Step(Dt);
            }
        }

        var after = Invariants.Of(solver.Vorticity);
        Assert.True(turnover > before.Enstrophy / 10, "the flow must do something");
        Assert.Equal(0, (after.Energy - before.Energy - energy) / before.Energy, 1e-4);
        Assert.Equal(0, (after.Enstrophy - before.Enstrophy - enstrophy) / before.Enstrophy, 1e-4);
    }

    [Fact]
    public void Without_viscosity_energy_and_enstrophy_are_conserved()
    {
        var solver = Solver(64, new FlowParameters(0), peak: 5);
        var before = Invariants.Of(solver.Vorticity);
        for (var i = 0; i < 200; i++)
        {
            solver.Step(0.0025);
        }

        var after = Invariants.Of(solver.Vorticity);
        Assert.True(after.Palinstrophy > 1.2 * before.Palinstrophy, "the flow must do something");
        Assert.Equal(1, after.Energy / before.Energy, 1e-9);
        Assert.Equal(1, after.Enstrophy / before.Enstrophy, 1e-9);
    }

    [Fact]
    public void A_finer_grid_has_the_same_large_scales()
    {
        // Both grids resolve the flow, so what differs is what the modes beyond 42 do in half a time unit.
        var flow = new FlowParameters(0.01);
        var (coarse, fine) = (Solver(128, flow, peak: 6), Solver(256, flow, peak: 6));
        coarse.AdvanceTo(0.5);
        fine.AdvanceTo(0.5);
        double difference = 0, sum = 0;
        for (var ky = -10; ky <= 10; ky++)
        {
            for (var kx = 0; kx <= 10; kx++)
            {
                difference += Math.Pow((coarse.Vorticity[kx, ky] - fine.Vorticity[kx, ky]).Magnitude, 2);
                sum += Math.Pow(fine.Vorticity[kx, ky].Magnitude, 2);
            }
        }

        Assert.InRange(Math.Sqrt(difference / sum), 1e-12, 1e-3);
    }

    [Fact]
    public void Kolmogorov_forcing_holds_its_laminar_flow()
    {
        // u = A/(νn² + μ)·sin(ny), ω = −n·A/(νn² + μ)·cos(ny); stable at n = 1.
        var flow = new FlowParameters(0.5, Drag: 0.1, new KolmogorovForcing(0.3, 1));
        var solver = Solver(32, flow);
        var laminar = -0.3 / 0.6 / 2;
        solver.Vorticity[0, 1] = laminar;
        solver.AdvanceTo(2);
        Assert.Equal(laminar, solver.Vorticity[0, 1].Real, 1e-8);

        // And it is reached from rest, where only the forcing limits the step.
        solver = Solver(32, flow);
        solver.AdvanceTo(60);
        Assert.Equal(laminar, solver.Vorticity[0, 1].Real, 1e-6);
    }

    [Fact]
    public void Drag_alone_damps_every_scale_alike()
    {
        var solver = Solver(32, new FlowParameters(0, Drag: 0.7));
        solver.Vorticity[1, 0] = 0.5;
        solver.AdvanceTo(1);
        Assert.Equal(0.5 * Math.Exp(-0.7), solver.Vorticity[1, 0].Real, 1e-12);
    }

    [Fact]
    public void Float32_follows_float64()
    {
        var flow = new FlowParameters(0.01);
        var exact = Solver(64, flow, peak: 5);
        var single = new VorticitySolver<float>(exact.Grid, flow);
        new KraichnanSpectrum(5).Fill(single.Vorticity, Seed);
        exact.AdvanceTo(0.5);
        single.AdvanceTo(0.5);
        var difference = 0.0;
        for (var k = 1; k <= 10; k++)
        {
            difference = Math.Max(difference, (single.Vorticity[k, k] - exact.Vorticity[k, k]).Magnitude);
        }

        Assert.InRange(difference, 1e-12, 1e-5);
    }

    [Fact]
    public void Output_times_are_hit_exactly_with_steps_below_the_Courant_number()
    {
        var solver = Solver(64, new FlowParameters(0.01), peak: 5);
        var largest = 0.0;
        var before = 0.0;
        solver.AdvanceTo(0.3, () =>
        {
            largest = Math.Max(largest, solver.Time - before);
            before = solver.Time;
        });
        Assert.Equal(0.3, solver.Time);

        // The speed is at least the root mean square, 1, and hardly five times that.
        Assert.InRange(largest, 0.1 * solver.Grid.Spacing, 0.5 * solver.Grid.Spacing);
    }

    [Fact]
    public void A_blow_up_names_the_step()
    {
        var solver = Solver(32, new FlowParameters(0), peak: 3);
        var error = Assert.Throws<InputException>(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                solver.Step(10);
            }
        });
        Assert.Contains($"step {solver.Steps}", error.Message, StringComparison.Ordinal);
        Assert.InRange(solver.Steps, 2, 10);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void A_Courant_number_out_of_range_is_refused(double courant) =>
        Assert.Throws<InputException>(() => new VorticitySolver<double>(new SpectralGrid(32), new FlowParameters(0), courant));

    [Theory]
    [InlineData(0)]
    [InlineData(-64)]
    [InlineData(8)]
    [InlineData(33)]
    [InlineData(100)]
    [InlineData(32768)]
    public void A_grid_that_is_no_power_of_two_is_refused(int size) =>
        Assert.Throws<InputException>(() => new SpectralGrid(size));

    private const ulong Seed = 7;

    private static VorticitySolver<double> Solver(int size, FlowParameters flow, double? peak = null)
    {
        var solver = new VorticitySolver<double>(new SpectralGrid(size), flow);
        if (peak is { } k)
        {
            new KraichnanSpectrum(k).Fill(solver.Vorticity, Seed);
        }

        return solver;
    }

    private static double Distance(VorticitySolver<double> a, VorticitySolver<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Vorticity.Re.Length; i++)
        {
            var (re, im) = (a.Vorticity.Re[i] - b.Vorticity.Re[i], a.Vorticity.Im[i] - b.Vorticity.Im[i]);
            sum += (re * re) + (im * im);
        }

        return Math.Sqrt(sum);
    }
}
