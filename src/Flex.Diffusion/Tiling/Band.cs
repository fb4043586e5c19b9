namespace Flex.Diffusion.Tiling;

/// <summary>Finished rows of a super-resolved field, of all members.</summary>
/// <param name="Y">The first fine row.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Members">The values of every member, rows × the field's width, in units of the field; NaN is masked.</param>
public sealed record Band(int Y, int Rows, IReadOnlyList<float[]> Members);
