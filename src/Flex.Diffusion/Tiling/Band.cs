namespace Flex.Diffusion.Tiling;

/// <summary>Finished rows of one channel of a generated field, of all members.</summary>
/// <param name="Y">The first fine row.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Members">The values of every member, rows × the field's width, in units of the field; NaN is masked.</param>
public sealed record Band(int Y, int Rows, IReadOnlyList<float[]> Members)
{
    /// <summary>Which channel of the field it is.</summary>
    public int Channel { get; init; }
}
