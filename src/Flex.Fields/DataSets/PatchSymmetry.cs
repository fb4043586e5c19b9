namespace Flex.Fields.DataSets;

/// <summary>Under which of the eight symmetries of the square a field's equation is invariant.</summary>
public enum SymmetryGroup
{
    /// <summary>Only the identity.</summary>
    None,

    /// <summary>All eight, where reflections change the sign: vorticity of a flow in two dimensions is a pseudoscalar.</summary>
    Vorticity,

    /// <summary>All eight, without sign.</summary>
    Scalar,
}

/// <summary>
/// An element of the dihedral group of the square: the axes of the source may be reversed, then exchanged.
/// </summary>
/// <param name="Transpose">Whether rows become columns, after the flips.</param>
/// <param name="FlipY">Whether the source's rows are reversed.</param>
/// <param name="FlipX">Whether the source's columns are reversed.</param>
public readonly record struct PatchSymmetry(bool Transpose, bool FlipY, bool FlipX)
{
    /// <summary>All eight elements, the identity first.</summary>
    public static IReadOnlyList<PatchSymmetry> All { get; } =
        [.. Enumerable.Range(0, 8).Select(i => new PatchSymmetry((i & 4) != 0, (i & 2) != 0, (i & 1) != 0))];

    /// <summary>Whether orientation is reversed (determinant −1): an odd number of flips and transposition.</summary>
    public bool IsReflection => Transpose ^ FlipY ^ FlipX;

    /// <summary>The factor that values get: −1 for reflections of vorticity.</summary>
    /// <param name="group">The group this element is taken from.</param>
    public float Sign(SymmetryGroup group) => group == SymmetryGroup.Vorticity && IsReflection ? -1 : 1;

    /// <summary>Writes the image of a square patch.</summary>
    /// <param name="source">n·n values, row by row.</param>
    /// <param name="side">n.</param>
    /// <param name="scale">Values are multiplied by this, then shifted: scale·v + shift.</param>
    /// <param name="shift">See <paramref name="scale"/>.</param>
    /// <param name="destination">n·n values, row by row; another memory than the source's.</param>
    public void Apply(ReadOnlySpan<float> source, int side, float scale, float shift, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, side * side);
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, source.Length);

        // Destination (i, j) comes from source offset start + i·down + j·right.
        var start = (FlipY ? (side - 1) * side : 0) + (FlipX ? side - 1 : 0);
        var (down, right) = (FlipY ? -side : side, FlipX ? -1 : 1);
        if (Transpose)
        {
            (down, right) = (right, down);
        }

        for (var i = 0; i < side; i++)
        {
            var row = destination.Slice(i * side, side);
            var at = start + (i * down);
            for (var j = 0; j < side; j++, at += right)
            {
                row[j] = (source[at] * scale) + shift;
            }
        }
    }
}
