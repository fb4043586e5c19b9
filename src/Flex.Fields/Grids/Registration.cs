namespace Flex.Fields.Grids;

/// <summary>
/// How the points of a coarse grid lie among those of a grid that is s times finer. Confusing the two shifts a
/// field by (s−1)/2 fine cells.
/// </summary>
public enum Registration
{
    /// <summary>Coarse point i is fine point i·s: what sampling every s-th point makes.</summary>
    Node,

    /// <summary>
    /// Coarse cell i covers fine cells i·s … i·s+s−1, so its centre lies (s−1)/2 fine cells beyond fine point i·s:
    /// what averaging over cells makes, and what interpolation with <c>align_corners = false</c> assumes.
    /// </summary>
    Cell,
}
