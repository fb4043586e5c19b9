using Flex.Fields.Grids;

namespace Flex.Fields.Tests.Grids;

public sealed class InducedVelocityTests
{
    [Theory]
    [InlineData(16, 16)]
    [InlineData(12, 30)]
    [InlineData(9, 15)]
    public void A_wave_of_vorticity_has_the_velocity_of_its_stream_function(int height, int width)
    {
        // ψ = cos(kx·x + ky·y) in cells: ω = (kx² + ky²)·ψ, u = −ky·sin, v = kx·sin.
        var (kx, ky) = (Math.Tau * 2 / width, Math.Tau / height);
        float[] Sample(Func<double, double> f) => [.. Enumerable.Range(0, height * width).Select(i => (float)f((kx * (i % width)) + (ky * (i / width))))];
        var vorticity = Sample(phase => 3 + (((kx * kx) + (ky * ky)) * Math.Cos(phase)));
        var (u, v) = InducedVelocity.Of(vorticity, height, width);
        AssertClose(Sample(phase => -ky * Math.Sin(phase)), u);
        AssertClose(Sample(phase => kx * Math.Sin(phase)), v);
    }

    [Fact]
    public void The_shortest_wave_has_no_velocity_at_the_points()
    {
        var (u, v) = InducedVelocity.Of([.. Enumerable.Range(0, 64).Select(i => i % 2 == 0 ? 1f : -1f)], 8, 8);
        Assert.All([.. u, .. v], value => Assert.Equal(0, value, 1e-6));
    }

    private static void AssertClose(float[] expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
}
