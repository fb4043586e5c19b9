namespace Flex.Fields.Grids;

/// <summary>Where the flow brings things from, (H, W) row by row: what is at point (y, x) in the end was at (y − <paramref name="Y"/>, x − <paramref name="X"/>).</summary>
/// <param name="Y">Cells along y.</param>
/// <param name="X">Cells along x.</param>
public sealed record Displacement(float[] Y, float[] X);

/// <summary>
/// Semi-Lagrangian advection on a doubly periodic grid: what a flow in two dimensions does to a field that it only carries along.
/// </summary>
/// <remarks>A. Staniforth and J. Côté, "Semi-Lagrangian integration schemes for atmospheric models – a review", Mon. Wea. Rev. 119 (1991), 2206–2223.</remarks>
public static class Advection
{
    /// <summary>
    /// Traces the flow back from every point by the midpoint rule. The velocity is that which the vorticity induces, extrapolated to the
    /// middle of the interval where the past is known.
    /// </summary>
    /// <param name="past">ω one interval before <paramref name="present"/>; empty where it is not known.</param>
    /// <param name="present">ω at the interval's beginning, (H, W) row by row, in 1 / unit of time.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="time">The interval.</param>
    /// <returns>The displacement over the interval.</returns>
    public static Displacement Trace(ReadOnlySpan<float> past, ReadOnlySpan<float> present, int height, int width, double time)
    {
        var (u, v) = InducedVelocity.Of(present, height, width);
        var (middleU, middleV) = (u, v);
        if (!past.IsEmpty)
        {
            var (pastU, pastV) = InducedVelocity.Of(past, height, width);
            (middleU, middleV) = (Extrapolate(pastU, u), Extrapolate(pastV, v));
        }

        var half = new Displacement(Scale(v, time / 2), Scale(u, time / 2));
        var whole = Window.Whole(height, width);
        return new(Scale(Carry(middleV, height, width, half, whole), time), Scale(Carry(middleU, height, width, half, whole), time));
    }

    /// <summary>Carries a field along, with cubic interpolation from 4×4 points.</summary>
    /// <param name="field">(H, W), row by row.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="displacement">Where the points of the window come from.</param>
    /// <param name="window">The points wanted; may reach over the edges, where the field continues periodically.</param>
    /// <returns>The field at the interval's end, the window's rows one after the other.</returns>
    public static float[] Carry(ReadOnlySpan<float> field, int height, int width, Displacement displacement, Window window)
    {
        ArgumentNullException.ThrowIfNull(displacement);
        var result = new float[window.Height * window.Width];
        Span<float> alongX = stackalloc float[4];
        Span<float> alongY = stackalloc float[4];
        Span<int> columns = stackalloc int[4];
        for (var i = 0; i < result.Length; i++)
        {
            var (row, column) = Math.DivRem(i, window.Width);
            var y = Weigh(window.Y + row - displacement.Y[i], alongY);
            var x = Weigh(window.X + column - displacement.X[i], alongX);
            for (var k = 0; k < 4; k++)
            {
                columns[k] = Wrap(x + k, width);
            }

            var sum = 0f;
            for (var k = 0; k < 4; k++)
            {
                var line = field.Slice(Wrap(y + k, height) * width, width);
                sum += alongY[k] * ((alongX[0] * line[columns[0]]) + (alongX[1] * line[columns[1]]) + (alongX[2] * line[columns[2]]) + (alongX[3] * line[columns[3]]));
            }

            result[i] = sum;
        }

        return result;
    }

    // Lagrange's cubic through the points −1, 0, 1, 2 around a position; returns the first of them.
    private static int Weigh(float position, Span<float> weights)
    {
        var floor = MathF.Floor(position);
        var f = position - floor;
        weights[0] = -f * (f - 1) * (f - 2) / 6;
        weights[1] = (f + 1) * (f - 1) * (f - 2) / 2;
        weights[2] = -(f + 1) * f * (f - 2) / 2;
        weights[3] = (f + 1) * f * (f - 1) / 6;
        return (int)floor - 1;
    }

    private static int Wrap(int i, int length) => ((i % length) + length) % length;

    private static float[] Scale(float[] values, double factor) => [.. values.Select(value => (float)(factor * value))];

    private static float[] Extrapolate(float[] past, float[] present) => [.. past.Zip(present, (before, now) => (1.5f * now) - (0.5f * before))];
}
