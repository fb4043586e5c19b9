namespace Flex.Fields.DataSets;

/// <summary>Where a patch comes from.</summary>
/// <param name="Item">Index of the moment, 0 … <see cref="PatchData.Count"/> − 1.</param>
/// <param name="Y">The lowest row; patches may wrap around periodic axes, so it may be negative.</param>
/// <param name="X">The lowest column, likewise.</param>
/// <param name="Symmetry">What is done to the patch.</param>
public readonly record struct PatchLocation(int Item, int Y, int X, PatchSymmetry Symmetry);
