namespace Flex.Fields.DataSets;

/// <summary>
/// The admissible patches along one axis. A patch that is read forwards starts at a multiple of the alignment; one that is read backwards has its
/// <em>last</em> index there, so that after flipping the coarse points are at 0, s, 2s, … again.
/// </summary>
/// <param name="Length">Number of fine points of the axis.</param>
/// <param name="Periodic">Whether patches may wrap around.</param>
/// <param name="Patch">Number of fine points of a patch, at most <paramref name="Length"/>.</param>
/// <param name="Align">Index 0 of a patch lies at multiples of this.</param>
internal readonly record struct PatchAxis(int Length, bool Periodic, int Patch, int Align)
{
    /// <summary>The number of admissible patches; 0 where flipping leaves none.</summary>
    public int Count(bool flipped) => Periodic
        ? (Length + Align - 1) / Align
        : Math.Max(0, (LastAnchor(flipped) / Align) - FirstAnchor(flipped) + 1);

    /// <summary>The lowest index of a patch; on a periodic axis it may be negative, or the patch may pass the end.</summary>
    /// <param name="flipped">Whether the patch is read backwards.</param>
    /// <param name="position">0 … <see cref="Count"/> − 1.</param>
    public int Origin(bool flipped, int position)
    {
        var anchor = (position + (Periodic ? 0 : FirstAnchor(flipped))) * Align;
        return flipped ? anchor - Patch + 1 : anchor;
    }

    // In units of Align: the smallest multiple that leaves room for a patch read backwards.
    private int FirstAnchor(bool flipped) => flipped ? (Patch - 1 + Align - 1) / Align : 0;

    private int LastAnchor(bool flipped) => flipped ? Length - 1 : Length - Patch;
}
