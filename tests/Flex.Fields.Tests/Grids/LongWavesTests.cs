using Flex.Fields.Grids;

namespace Flex.Fields.Tests.Grids;

public sealed class LongWavesTests
{
    // Waves of 4 along y and 3 along x have lengths of 24/4 = 6 and 32/3 = 10.7 cells; together they are 1/√(1/6² + 1/10.7²) = 5.2 long.
    [Theory]
    [InlineData(5.1, true, true, true)]
    [InlineData(5.3, true, true, false)]
    [InlineData(8, false, true, false)]
    [InlineData(11, false, false, false)]
    public void Waves_longer_than_the_distance_stay(double length, bool alongY, bool alongX, bool both)
    {
        const int Height = 24, Width = 32;
        float[] Field(bool y, bool x, bool yx) => [.. Enumerable.Range(0, Height * Width).Select(i =>
        {
            var (py, px) = (Math.Tau * 4 * (i / Width) / Height, Math.Tau * 3 * (i % Width) / Width);
            return (float)(2 + (y ? Math.Sin(py) : 0) + (x ? Math.Cos(px + 0.3) : 0) + (yx ? 0.5 * Math.Cos(px - py) : 0));
        })];
        var kept = LongWaves.Of(Field(true, true, true), Height, Width, length);
        Assert.All(Field(alongY, alongX, both).Zip(kept), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }
}
