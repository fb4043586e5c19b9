using Flex.Torch;

namespace Flex.Fields.Solvers;

/// <summary>One run of two-dimensional turbulence from a Kraichnan spectrum.</summary>
public sealed record SimulationSettings
{
    /// <summary>Grid points in each direction, N: a power of two.</summary>
    public required int Size { get; init; }

    /// <summary>Re &gt; 0; the viscosity is 1/Re, with lengths and velocities in units of L = 1 and U = u_rms(0) = 1.</summary>
    public required double Reynolds { get; init; }

    /// <summary>Re on the grid that defines a data set, where it is not this one; kept as an attribute of the file.</summary>
    public double? NominalReynolds { get; init; }

    /// <summary>Seed of the initial phases.</summary>
    public required ulong Seed { get; init; }

    /// <summary>When the fields are written.</summary>
    public required OutputTimes Times { get; init; }

    /// <summary>k_p of the initial spectrum.</summary>
    public double PeakWavenumber { get; init; } = 10;

    /// <summary>μ ≥ 0, linear drag, 1/time.</summary>
    public double Drag { get; init; }

    /// <summary>A, amplitude of the body force (A·sin(n·y), 0); 0 for none.</summary>
    public double ForcingAmplitude { get; init; }

    /// <summary>n, wavenumber of the body force.</summary>
    public int ForcingWavenumber { get; init; } = 4;

    /// <summary>Courant number of the adaptive time step.</summary>
    public double Courant { get; init; } = VorticitySolver<double>.DefaultCourant;

    /// <summary>Float64 or Float32, the precision of the computation; files hold float32 either way.</summary>
    public ScalarType Precision { get; init; } = ScalarType.Float64;

    /// <summary>Whether the velocity (u, v) is written beside the vorticity.</summary>
    public bool WriteVelocity { get; init; }

    /// <summary>The coefficients of the equation.</summary>
    /// <exception cref="InputException">Re is not a positive number.</exception>
    public FlowParameters Flow => Reynolds > 0 && double.IsFinite(Reynolds)
        ? new FlowParameters(
            1 / Reynolds, Drag, ForcingAmplitude == 0 ? null : new KolmogorovForcing(ForcingAmplitude, ForcingWavenumber))
        : throw new InputException($"the Reynolds number is {Reynolds}: give a number > 0");
}
