namespace Flex.Fields.Solvers;

/// <summary>The coefficients of ω_t + u·∇ω = ν∇²ω − μω + f.</summary>
/// <param name="Viscosity">ν ≥ 0; 1/Re, since lengths and velocities are in units of L = 1 and U = 1.</param>
/// <param name="Drag">μ ≥ 0, linear (Rayleigh) drag, 1/time.</param>
/// <param name="Forcing">f, or none.</param>
public sealed record FlowParameters(double Viscosity, double Drag = 0, KolmogorovForcing? Forcing = null)
{
    /// <summary>Checks the ranges.</summary>
    /// <param name="grid">The grid that must resolve the forcing.</param>
    /// <exception cref="InputException">A coefficient is negative or not finite, or the forcing is not resolved.</exception>
    public void Validate(SpectralGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        RequireNonNegative(Viscosity, "viscosity");
        RequireNonNegative(Drag, "drag");
        if (Forcing is { } forcing)
        {
            if (!double.IsFinite(forcing.Amplitude))
            {
                throw new InputException($"the forcing amplitude is {forcing.Amplitude}: give a finite number");
            }

            if (forcing.Wavenumber < 1 || forcing.Wavenumber > grid.Cutoff)
            {
                throw new InputException(
                    $"the forcing wavenumber is {forcing.Wavenumber}: a grid of {grid.Size}² takes 1 to {grid.Cutoff}");
            }
        }
    }

    private static void RequireNonNegative(double value, string name)
    {
        if (!double.IsFinite(value) || value < 0)
        {
            throw new InputException($"the {name} is {value}: give a number ≥ 0");
        }
    }
}
