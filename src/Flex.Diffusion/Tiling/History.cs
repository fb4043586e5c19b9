namespace Flex.Diffusion.Tiling;

/// <summary>The last snapshots of a flow.</summary>
/// <param name="Snapshots">K fields, oldest first, each (C, H, W) row by row, without missing values.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
/// <param name="PeriodicY">Whether rows wrap around.</param>
/// <param name="PeriodicX">Whether columns wrap around.</param>
public sealed record History(IReadOnlyList<float[]> Snapshots, int Height, int Width, bool PeriodicY, bool PeriodicX)
{
    /// <summary>C, the channels of a snapshot.</summary>
    public int Channels => Snapshots[0].Length / (Height * Width);

    /// <summary>The history after one more snapshot.</summary>
    /// <param name="next">X_{n+s}, (C, H, W).</param>
    /// <returns>K snapshots, the oldest one forgotten.</returns>
    public History After(float[] next) => this with { Snapshots = [.. Snapshots.Skip(1), next] };
}
