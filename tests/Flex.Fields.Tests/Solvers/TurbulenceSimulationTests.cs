using System.Numerics;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;
using Flex.Fields.Solvers;
using Flex.IO;
using Flex.Torch;

namespace Flex.Fields.Tests.Solvers;

public sealed class TurbulenceSimulationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static readonly SimulationSettings Settings = new()
    {
        Size = 64,
        Reynolds = 100,
        Seed = 3,
        PeakWavenumber = 5,
        Times = OutputTimes.Parse("0:0.4:0.1"),
        WriteVelocity = true,
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void An_interrupted_run_ends_with_the_same_bytes(ScalarType precision)
    {
        var settings = Settings with { Precision = precision };
        TurbulenceSimulation.Run(settings, _folder["whole.nc"]);

        using var interruption = new CancellationTokenSource();
        var progress = new CancelAt(0.25, interruption);
        Assert.Throws<OperationCanceledException>(
            () => TurbulenceSimulation.Run(settings, _folder["parts.nc"], progress, interruption.Token));
        Assert.False(File.Exists(_folder["parts.nc"]));
        var restarted = new CancelAt(double.PositiveInfinity, interruption);
        TurbulenceSimulation.Run(settings, _folder["parts.nc"], restarted);

        Assert.InRange(restarted.First, 0.2, 0.25); // continued, not started again
        Assert.Equal(File.ReadAllBytes(_folder["whole.nc"]), File.ReadAllBytes(_folder["parts.nc"]));
        Assert.Equal(["parts.nc", "whole.nc"], _folder.Files);
    }

    [Fact]
    public void The_file_holds_vorticity_velocity_and_what_they_were_computed_with()
    {
        TurbulenceSimulation.Run(Settings, _folder["run.nc"]);
        using var file = FieldFile.Open(_folder["run.nc"]);
        Assert.Equal([100.0], file.Attributes["reynolds"].Numbers);
        Assert.Equal([0.01], file.Attributes["viscosity"].Numbers);
        Assert.Equal([3.0], file.Attributes["seed"].Numbers);
        Assert.Equal([0, 0.1, 0.2, 0.3, 0.4], file.Coordinate("time")!.Values);
        Assert.Equal(2 * Math.PI / 64, file.Coordinate("x")!.Values[1], 1e-15);

        // ω = ∂v/∂x − ∂u/∂y, term by term in Fourier space, at time 0 and later.
        var grid = new SpectralGrid(64);
        foreach (var time in new[] { 0, 4 })
        {
            var (w, u, v) = (Modes("w"), Modes("u"), Modes("v"));
            foreach (var (kx, ky) in new[] { (1, 2), (5, 0), (0, 4), (-3, 6) })
            {
                var curl = Complex.ImaginaryOne * ((kx * v[kx, ky]) - (ky * u[kx, ky]));
                Assert.True((curl - w[kx, ky]).Magnitude < 1e-5 * w[kx, ky].Magnitude);
            }

            SpectralField<float> Modes(string name)
            {
                var points = new float[64 * 64];
                file.Field(name).ReadWindow(time, 0, Window.Whole(64, 64), points);
                var (modes, again) = (new SpectralField<float>(grid), new SpectralField<float>(grid));
                new PairTransform<float>(grid).FromGrid(points, points, modes, again);
                return modes;
            }
        }
    }

    [Fact]
    public void Another_run_does_not_continue_what_was_interrupted()
    {
        using var interruption = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => TurbulenceSimulation.Run(
            Settings, _folder["run.nc"], new CancelAt(0.15, interruption), interruption.Token));
        var error = Assert.Throws<InputException>(
            () => TurbulenceSimulation.Run(Settings with { Seed = 4 }, _folder["run.nc"]));
        Assert.Contains("run.nc.partial", error.Message, StringComparison.Ordinal);
        File.WriteAllBytes(_folder["run.nc.state"], [1, 2, 3]);
        error = Assert.Throws<InputException>(() => TurbulenceSimulation.Run(Settings, _folder["run.nc"]));
        Assert.Contains("run.nc.state", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_settings_leave_nothing_behind()
    {
        AssertRefused(Settings with { Reynolds = 0 }, "Reynolds");
        AssertRefused(Settings with { Reynolds = double.NaN }, "Reynolds");
        AssertRefused(Settings with { Size = 63 }, "63");
        AssertRefused(Settings with { Precision = ScalarType.Float16 }, "Float16");
        AssertRefused(Settings with { PeakWavenumber = 100 }, "100");
        AssertRefused(Settings with { Drag = -1 }, "drag");
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        var error = Assert.Throws<InputException>(() => TurbulenceSimulation.Run(Settings, _folder["missing/run.nc"]));
        Assert.Contains("folder", error.Message, StringComparison.Ordinal);
    }

    private void AssertRefused(SimulationSettings settings, string named)
    {
        var error = Assert.Throws<InputException>(() => TurbulenceSimulation.Run(settings, _folder["run.nc"]));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Files);
    }

    private sealed class CancelAt(double time, CancellationTokenSource source) : IProgress
    {
        public double First { get; private set; } = double.NaN;

        public void Report(double done, double total, string? note = null)
        {
            First = double.IsNaN(First) ? done : First;
            if (done >= time)
            {
                source.Cancel();
            }
        }
    }
}
