namespace Flex.Diffusion.Tiling;

/// <summary>Finished rows of one channel of a generated field, of all members.</summary>
/// <param name="Y">The first fine row.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Members">The values of every member, rows × the field's width, in units of the field; NaN is masked.</param>
public sealed record Band(int Y, int Rows, IReadOnlyList<float[]> Members)
{
    /// <summary>Which channel of the field it is.</summary>
    public int Channel { get; init; }

    /// <summary>The part of the band that lies on a grid, which may end before the last tile's cells do.</summary>
    /// <param name="height">The grid's rows, more than <see cref="Y"/>.</param>
    /// <param name="width">The grid's columns, at most the band's.</param>
    public Band Crop(int height, int width)
    {
        var rows = Math.Min(Rows, height - Y);
        var from = Members[0].Length / Rows;
        return (rows, width) == (Rows, from) ? this : this with { Rows = rows, Members = [.. Members.Select(Cropped)] };

        float[] Cropped(float[] member)
        {
            var values = new float[rows * width];
            for (var row = 0; row < rows; row++)
            {
                member.AsSpan(row * from, width).CopyTo(values.AsSpan(row * width));
            }

            return values;
        }
    }
}
