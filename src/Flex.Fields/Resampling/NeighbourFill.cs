namespace Flex.Fields.Resampling;

/// <summary>Puts numbers where a field has none, from what lies around.</summary>
public static class NeighbourFill
{
    private static readonly (int Y, int X)[] _neighbours = [(-1, 0), (0, -1), (0, 1), (1, 0)];

    /// <summary>
    /// Fills a field in layers: points beside known ones get the mean of those (up to four) neighbours, then the points beside
    /// these, and so on.
    /// </summary>
    /// <param name="values">H·W values, row by row; NaN and infinities are missing, and are replaced.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="periodicY">Whether rows wrap around.</param>
    /// <param name="periodicX">Whether columns wrap around.</param>
    /// <returns>Which values were missing; null where every one is, and nothing is filled.</returns>
    public static bool[]? Fill(Span<float> values, int height, int width, bool periodicY, bool periodicX)
    {
        var missing = new bool[values.Length];
        var left = new List<int>();
        for (var i = 0; i < values.Length; i++)
        {
            if (missing[i] = !float.IsFinite(values[i]))
            {
                values[i] = float.NaN;
                left.Add(i);
            }
        }

        if (left.Count == values.Length)
        {
            return null;
        }

        while (left.Count > 0)
        {
            // A layer is found before it is filled, so that the answer has no direction.
            var means = new float[left.Count];
            for (var k = 0; k < means.Length; k++)
            {
                means[k] = MeanOfNeighbours(values, left[k]);
            }

            for (var k = 0; k < means.Length; k++)
            {
                values[left[k]] = means[k];
            }

            var next = new List<int>();
            for (var k = 0; k < means.Length; k++)
            {
                if (float.IsNaN(means[k]))
                {
                    next.Add(left[k]);
                }
            }

            left = next;
        }

        return missing;

        float MeanOfNeighbours(ReadOnlySpan<float> field, int index)
        {
            var (y, x) = Math.DivRem(index, width);
            var (sum, count) = (0.0, 0);
            foreach (var (dy, dx) in _neighbours)
            {
                var (row, column) = (Step(y + dy, height, periodicY), Step(x + dx, width, periodicX));
                if (row >= 0 && column >= 0 && field[(row * width) + column] is var value && !float.IsNaN(value))
                {
                    sum += value;
                    count++;
                }
            }

            return (float)(sum / count); // 0/0 is NaN: no neighbour is known yet
        }
    }

    private static int Step(int i, int length, bool periodic) =>
        periodic ? (i + length) % length : i < length ? i : -1;
}
