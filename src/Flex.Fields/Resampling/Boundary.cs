namespace Flex.Fields.Resampling;

/// <summary>What lies beyond the edge of an axis.</summary>
internal static class Boundary
{
    /// <summary>The point that stands for index <paramref name="i"/>: wrapped on a periodic axis, else the nearest.</summary>
    public static int Resolve(int i, int length, bool periodic)
    {
        if (!periodic)
        {
            return Math.Clamp(i, 0, length - 1);
        }

        var wrapped = i % length;
        return wrapped < 0 ? wrapped + length : wrapped;
    }
}
