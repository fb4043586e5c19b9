using Flex.Fields.Grids;

namespace Flex.Fields.Tests.Grids;

public sealed class LongWavesTests
{
    private const int Height = 48, Width = 64, Tile = 16;

    // Waves by their number along y and x and their amplitude; those below 1/16 cycles a cell are longer than a tile.
    private static float[] Sum(params (int Ky, int Kx, double Amplitude)[] waves) => [.. Enumerable.Range(0, Height * Width).Select(i => (float)waves.Sum(wave =>
        wave.Amplitude * Math.Cos((Math.Tau * (((double)wave.Ky * (i / Width) / Height) + ((double)wave.Kx * (i % Width) / Width))) + wave.Ky)))];

    private static double Squared(int ky, int kx) => Math.Pow((double)ky / Height, 2) + Math.Pow((double)kx / Width, 2);

    [Fact]
    public void Long_waves_are_those_of_the_guess_less_what_viscosity_takes_of_waves_that_tiles_see()
    {
        // 2 and 1 are long, 4 and 5 are seen, 9 is too short to matter.
        const double Viscosity = 3;
        (int Ky, int Kx, double Amplitude)[] present = [(2, 0, 1), (-1, 2, 0.7), (3, 4, 0.5), (-2, 5, 0.4), (9, 9, 2)];
        var damped = present.Select(wave => wave with { Amplitude = wave.Amplitude * (1 - (Viscosity * Squared(wave.Ky, wave.Kx))) }).ToArray();
        var answer = Sum([.. damped[2..4], (1, 1, 5), (9, 9, -4)]);
        var correction = LongWaves.Correction(answer, Sum(present), Sum(present), Height, Width, Tile);
        Assert.All(Sum([.. damped[..2], (1, 1, -5)]).Zip(correction), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void A_flow_that_grows_is_left_as_it_is_carried_along()
    {
        var (present, grown) = (Sum((2, 0, 1), (3, 4, 0.5)), Sum((3, 4, 0.8)));
        Assert.All(Sum((2, 0, 1)).Zip(LongWaves.Correction(grown, present, present, Height, Width, Tile)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Nothing_is_there_to_correct_in_a_field_at_rest()
    {
        var rest = new float[Height * Width];
        Assert.Equal(rest, LongWaves.Correction(rest, rest, rest, Height, Width, Tile));
    }
}
