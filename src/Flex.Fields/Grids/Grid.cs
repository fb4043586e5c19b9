namespace Flex.Fields.Grids;

/// <summary>A uniform grid in two dimensions; fields on it are stored (y, x), row by row.</summary>
/// <param name="Y">The slow axis.</param>
/// <param name="X">The fast axis.</param>
/// <param name="Registration">How this grid's points lie among those of a finer grid.</param>
public sealed record Grid(GridAxis Y, GridAxis X, Registration Registration = Registration.Node)
{
    /// <summary>Number of rows.</summary>
    public int Height => Y.Length;

    /// <summary>Number of columns.</summary>
    public int Width => X.Length;

    /// <summary>A doubly periodic box, the domain of homogeneous turbulence.</summary>
    /// <param name="height">Number of rows.</param>
    /// <param name="width">Number of columns.</param>
    /// <param name="side">Side length of the box, dimensionless; 2π unless told otherwise.</param>
    public static Grid PeriodicBox(int height, int width, double side = Math.Tau) => new(
        new GridAxis("y", height, side / height, Periodic: true),
        new GridAxis("x", width, side / width, Periodic: true));

    /// <summary>The grid that is s times finer in both directions.</summary>
    /// <param name="factor">s ≥ 1.</param>
    public Grid Refine(int factor) => this with { Y = Y.Refine(factor, Registration), X = X.Refine(factor, Registration) };

    /// <summary>The grid of every s-th point in both directions.</summary>
    /// <param name="stride">s ≥ 1.</param>
    /// <exception cref="InputException">A periodic axis whose length is not a multiple of s.</exception>
    public Grid Stride(int stride) => this with { Y = Y.Stride(stride), X = X.Stride(stride) };
}
