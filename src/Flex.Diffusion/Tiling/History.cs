using Flex.Fields.Grids;

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

    /// <summary>The present after some time in which the flow only carries it along: the vorticity of a doubly periodic flow in two dimensions.</summary>
    /// <param name="time">The time from one snapshot to the next.</param>
    /// <returns>(H, W).</returns>
    public float[] CarriedAlong(double time)
    {
        var displacement = Advection.Trace(Snapshots.Count > 1 ? Snapshots[^2] : [], Snapshots[^1], Height, Width, time);
        return Advection.Carry(Snapshots[^1], Height, Width, displacement, Window.Whole(Height, Width));
    }

    /// <summary>The history after one more snapshot.</summary>
    /// <param name="next">X_{n+s}, (C, H, W).</param>
    /// <returns>K snapshots, the oldest one forgotten.</returns>
    public History After(float[] next) => this with { Snapshots = [.. Snapshots.Skip(1), next] };
}
