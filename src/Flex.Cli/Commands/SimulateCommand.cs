using System.CommandLine;
using Flex.Fields.Solvers;
using Flex.Torch;

namespace Flex.Cli.Commands;

/// <summary><c>flex simulate turbulence</c>: solves the equations of motion and writes the fields.</summary>
public static class SimulateCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="services">The outside world.</param>
    /// <returns>The command.</returns>
    public static Command Create(CliServices services) =>
        new("simulate", "Simulate a flow and write it as CF netCDF") { Turbulence(services) };

    private static Command Turbulence(CliServices services)
    {
        var output = new Option<string>("--out") { Description = "File to write", Required = true };
        var size = new Option<int>("--size") { Description = "Grid points in each direction, a power of two", DefaultValueFactory = _ => 256 };
        var reynolds = new Option<double>("--reynolds") { Description = "Reynolds number; the viscosity is 1/Re", DefaultValueFactory = _ => 500 };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the initial phases", DefaultValueFactory = _ => 1 };
        var times = new Option<string>("--times")
        {
            Description = "When to write, FIRST:LAST:INTERVAL or T1,T2,…",
            DefaultValueFactory = _ => "0.5:3:0.025",
        };
        var peak = new Option<double>("--peak") { Description = "k_p of the initial spectrum k⁴·exp(−(k/k_p)²)", DefaultValueFactory = _ => 10 };
        var drag = new Option<double>("--drag") { Description = "Linear drag, 1/time" };
        var amplitude = new Option<double>("--forcing") { Description = "A of the body force (A·sin(n·y), 0)" };
        var wavenumber = new Option<int>("--forcing-wavenumber") { Description = "n of the body force", DefaultValueFactory = _ => 4 };
        var courant = new Option<double>("--courant")
        {
            Description = "Courant number of the adaptive time step, up to 1.35",
            DefaultValueFactory = _ => VorticitySolver<double>.DefaultCourant,
        };
        var single = new Option<bool>("--float32") { Description = "Compute in float32 instead of float64" };
        var velocity = new Option<bool>("--velocity") { Description = "Write u and v beside the vorticity w" };
        var command = new Command("turbulence", "Two-dimensional turbulence in a doubly periodic square; continues a run that was interrupted")
        {
            output, size, reynolds, seed, times, peak, drag, amplitude, wavenumber, courant, single, velocity,
        };
        command.OnRun((parsed, cancellation) =>
        {
            var settings = new SimulationSettings
            {
                Size = parsed.GetValue(size),
                Reynolds = parsed.GetValue(reynolds),
                Seed = parsed.GetValue(seed),
                Times = OutputTimes.Parse(parsed.GetValue(times)!),
                PeakWavenumber = parsed.GetValue(peak),
                Drag = parsed.GetValue(drag),
                ForcingAmplitude = parsed.GetValue(amplitude),
                ForcingWavenumber = parsed.GetValue(wavenumber),
                Courant = parsed.GetValue(courant),
                Precision = parsed.GetValue(single) ? ScalarType.Float32 : ScalarType.Float64,
                WriteVelocity = parsed.GetValue(velocity),
            };
            var path = parsed.GetValue(output)!;
            using (var progress = services.StartProgress("simulating", "time units"))
            {
                TurbulenceSimulation.Run(settings, path, progress, cancellation);
            }

            services.Out.WriteLine(path);
            return ExitStatus.Success;
        });
        return command;
    }
}
