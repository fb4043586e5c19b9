using System.Numerics;
using Flex.Fields.Grids;
using Flex.Fields.NetCdf;
using Flex.IO;
using Flex.Torch;

namespace Flex.Fields.Solvers;

/// <summary>
/// Simulates a run and writes vorticity <c>w(time, y, x)</c>, and velocity <c>u</c>, <c>v</c> on request, as CF netCDF.
/// A run that was stopped or killed continues from its last output time and ends with the same bytes.
/// </summary>
public static class TurbulenceSimulation
{
    /// <summary>Simulates a run, or continues it.</summary>
    /// <param name="settings">The run.</param>
    /// <param name="output">The file to write; it appears when the run is complete.</param>
    /// <param name="progress">Told the simulated time after every step.</param>
    /// <param name="cancellation">Stops the run between steps; it can be continued.</param>
    /// <exception cref="InputException">A setting is out of range, the flow blows up, or the file cannot be written.</exception>
    public static void Run(
        SimulationSettings settings, string output, IProgress? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentException.ThrowIfNullOrEmpty(output);
        switch (settings.Precision)
        {
            case ScalarType.Float32:
                Run<float>(settings, output, progress ?? NoProgress.Instance, cancellation);
                break;
            case ScalarType.Float64:
                Run<double>(settings, output, progress ?? NoProgress.Instance, cancellation);
                break;
            default:
                throw new InputException($"the solver does not compute in {settings.Precision}: choose float32 or float64");
        }
    }

    private static void Run<T>(SimulationSettings settings, string output, IProgress progress, CancellationToken cancellation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var grid = new SpectralGrid(settings.Size);
        var solver = new VorticitySolver<T>(grid, settings.Flow, settings.Courant);
        new KraichnanSpectrum(settings.PeakWavenumber).Fill(solver.Vorticity, settings.Seed);
        var times = settings.Times.Values;
        using var writer = Open(settings, output, solver, out var written);
        var snapshot = new SnapshotWriter<T>(writer, solver, settings.WriteVelocity);
        for (var i = written; i < times.Count; i++)
        {
            solver.AdvanceTo(times[i], () => progress.Report(solver.Time, times[^1], $"step {solver.Steps}"), cancellation);
            snapshot.Write(i);
            SavedState.Write(output, solver, i + 1);
        }

        writer.Commit();
        File.Delete(SavedState.PathFor(output));
    }

    private static FieldWriter Open<T>(SimulationSettings settings, string output, VorticitySolver<T> solver, out int written)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var spec = Describe(settings);
        if (!FieldWriter.CanResume(output) || !File.Exists(SavedState.PathFor(output)))
        {
            written = 0;
            return FieldWriter.Create(output, spec, resumable: true);
        }

        var writer = FieldWriter.Resume(output, spec);
        try
        {
            written = SavedState.Read(output, solver);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private static OutputSpec Describe(SimulationSettings settings)
    {
        OutputField[] fields =
        [
            new("w", LongName: "vorticity"),
            new("u", LongName: "velocity in x"),
            new("v", LongName: "velocity in y"),
        ];
        return new OutputSpec
        {
            Grid = Grid.PeriodicBox(settings.Size, settings.Size),
            Times = settings.Times.Values,
            Fields = settings.WriteVelocity ? fields : fields[..1],
            DeflateLevel = 0, // level 1 would save a fifth of the space and slow down every read of a patch
            Attributes = new Dictionary<string, string>
            {
                ["title"] = "Two-dimensional turbulence from a Kraichnan spectrum",
                ["source"] = "pseudo-spectral vorticity form, 2/3 dealiasing, integrating factor and fourth-order Runge-Kutta",
            },
            Numbers = new Dictionary<string, double>
            {
                ["reynolds"] = settings.Reynolds,
                ["reynolds_nominal"] = settings.NominalReynolds ?? settings.Reynolds,
                ["seed"] = settings.Seed,
                ["viscosity"] = settings.Flow.Viscosity,
                ["drag"] = settings.Drag,
                ["forcing_amplitude"] = settings.ForcingAmplitude,
                ["forcing_wavenumber"] = settings.ForcingWavenumber,
                ["peak_wavenumber"] = settings.PeakWavenumber,
                ["courant"] = settings.Courant,
                ["solver_bits"] = settings.Precision == ScalarType.Float64 ? 64 : 32,
            },
        };
    }
}
