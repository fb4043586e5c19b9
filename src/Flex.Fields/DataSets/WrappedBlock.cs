using Flex.Fields.Grids;

namespace Flex.Fields.DataSets;

/// <summary>Reads blocks that may wrap around periodic axes.</summary>
internal static class WrappedBlock
{
    /// <summary>Reads a window that lies inside the field.</summary>
    public delegate void ReadWindow(Window window, Span<float> destination);

    /// <summary>Reads a block.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="read">Reads the parts that lie inside the field.</param>
    /// <returns>The block, row by row.</returns>
    public static float[] Read(HaloAxis rows, HaloAxis columns, ReadWindow read)
    {
        var block = new float[rows.Count * columns.Count];
        float[] part = [];
        foreach (var (y, toY, height) in rows.Runs())
        {
            foreach (var (x, toX, width) in columns.Runs())
            {
                if (width == columns.Count)
                {
                    read(new Window(y, x, height, width), block.AsSpan(toY * width, height * width));
                    continue;
                }

                part = part.Length >= height * width ? part : new float[block.Length];
                read(new Window(y, x, height, width), part.AsSpan(0, height * width));
                for (var i = 0; i < height; i++)
                {
                    part.AsSpan(i * width, width).CopyTo(block.AsSpan(((toY + i) * columns.Count) + toX));
                }
            }
        }

        return block;
    }
}
