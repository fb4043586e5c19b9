using Flex.Fields.Grids;
using Flex.Fields.Resampling;
using FsCheck;
using FsCheck.Fluent;

namespace Flex.Fields.Tests.Resampling;

public class UpsamplerTests
{
    public static TheoryData<Interpolation, Registration, bool, int> Variants()
    {
        var variants = new TheoryData<Interpolation, Registration, bool, int>();
        foreach (var interpolation in Enum.GetValues<Interpolation>())
        {
            foreach (var registration in Enum.GetValues<Registration>())
            {
                foreach (var periodic in new[] { false, true })
                {
                    foreach (var factor in new[] { 1, 2, 3, 4, 8 })
                    {
                        variants.Add(interpolation, registration, periodic, factor);
                    }
                }
            }
        }

        return variants;
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_constant_stays_the_constant(Interpolation interpolation, Registration registration, bool periodic, int factor)
    {
        var upsampler = new Upsampler(factor, interpolation, registration, periodic, periodic);
        var fine = upsampler.Upsample(Field(5, 7, (_, _) => 3));
        Assert.Equal(5 * factor * 7 * factor, fine.Length);
        Assert.All(fine, v => Assert.Equal(3f, v, 5));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_linear_function_is_its_closed_form_inside(Interpolation interpolation, Registration registration, bool periodic, int factor)
    {
        var upsampler = new Upsampler(factor, interpolation, registration, periodic, periodic);
        var (height, width) = (9, 11);
        var fine = upsampler.Upsample(Field(height, width, (y, x) => 1 + (2 * y) - (3 * x)));

        // Registered by cells, fine point j lies at (j + ½)/s − ½: the ramp is shifted by (s−1)/2 fine cells.
        var shift = registration == Registration.Cell ? (factor - 1) / 2.0 : 0;
        for (var y = 3 * factor; y < (height - 3) * factor; y++)
        {
            for (var x = 3 * factor; x < (width - 3) * factor; x++)
            {
                var expected = 1 + (2 * Reproduced((y - shift) / factor)) - (3 * Reproduced((x - shift) / factor));
                Assert.Equal(expected, fine[(y * width * factor) + x], 4);
            }
        }

        // Linear interpolation reproduces the position p. Summing Keys' weights times positions by hand gives
        // p − (1 + 2a)·f(1−f)(1−2f) with f the fraction of p: exact for a = −½ only, and here a = −¾.
        double Reproduced(double p)
        {
            var f = p - Math.Floor(p);
            return interpolation == Interpolation.Bilinear ? p : p + (0.5 * f * (1 - f) * (1 - (2 * f)));
        }
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_window_is_a_crop_of_the_whole(Interpolation interpolation, Registration registration, bool periodic, int factor)
    {
        var upsampler = new Upsampler(factor, interpolation, registration, periodic, !periodic);
        var coarse = Noise(5, 9, seed: 1);
        var (height, width) = (5 * factor, 9 * factor);
        var whole = upsampler.Upsample(coarse);
        var property = Prop.ForAll(
            ArbMap.Default.GeneratorFor<int>().Four().ToArbitrary(),
            draw =>
            {
                var (y, x) = (Mod(draw.Item1, height), Mod(draw.Item2, width));
                var window = new Window(y, x, 1 + Mod(draw.Item3, height - y), 1 + Mod(draw.Item4, width - x));
                var part = new float[window.Count];
                upsampler.Upsample(coarse, window, part);
                return part.SequenceEqual(Crop(whole, width, window));
            });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), property);
    }

    [Theory]
    [InlineData(Interpolation.Bilinear)]
    [InlineData(Interpolation.Bicubic)]
    public void Nodes_are_kept_bit_for_bit(Interpolation interpolation)
    {
        var coarse = Noise(6, 5, seed: 2);
        foreach (var periodic in new[] { false, true })
        {
            var fine = new Upsampler(4, interpolation, Registration.Node, periodic, periodic).Upsample(coarse);
            Assert.Equal(Values(coarse), Downsample.Strided(new ArrayField(fine, 24, 20), 4));
        }
    }

    [Theory]
    [InlineData(Interpolation.Bilinear, Registration.Node)]
    [InlineData(Interpolation.Bicubic, Registration.Node)]
    [InlineData(Interpolation.Bilinear, Registration.Cell)]
    [InlineData(Interpolation.Bicubic, Registration.Cell)]
    public void Shifting_a_periodic_field_shifts_the_answer(Interpolation interpolation, Registration registration)
    {
        const int Height = 6, Width = 8, Factor = 3;
        var upsampler = new Upsampler(Factor, interpolation, registration, periodicY: true, periodicX: true);
        Prop.ForAll(
            ArbMap.Default.GeneratorFor<int>().Three().ToArbitrary(),
            draw =>
            {
                var (seed, dy, dx) = (draw.Item1, Mod(draw.Item2, Height), Mod(draw.Item3, Width));
                var shiftedThenRefined = upsampler.Upsample(Rolled(Noise(Height, Width, seed), dy, dx));
                var refined = new ArrayField(upsampler.Upsample(Noise(Height, Width, seed)), Height * Factor, Width * Factor);
                return shiftedThenRefined.SequenceEqual(Values(Rolled(refined, dy * Factor, dx * Factor)));
            }).QuickCheckThrowOnFailure();
    }

    // Weights by hand. Keys' kernel with a = −0.75 at 1.25, 0.25, 0.75, 1.75 is −0.10546875, 0.87890625, 0.26171875,
    // −0.03515625. PyTorch's interpolate(scale 2, align_corners = false) places fine points at −¼, ¼, ¾, 1¼, …
    // of the coarse ones and repeats the edge.
    [Fact]
    public void Cells_and_clamped_edges_are_pytorchs_bicubic()
    {
        var upsampler = new Upsampler(2, Interpolation.Bicubic, Registration.Cell, false, false);
        var fine = upsampler.Upsample(new ArrayField(new float[] { 0, 0, 1, 0, 0 }, 1, 5));
        Assert.Equal(Twice([0, -0.03515625f, -0.10546875f, 0.26171875f, 0.87890625f, 0.87890625f, 0.26171875f, -0.10546875f, -0.03515625f, 0]), fine);

        fine = upsampler.Upsample(new ArrayField(new float[] { 1, 0, 0, 0 }, 1, 4));

        // At −¼ the points −2, −1 and 0 are all the first one; at ¼ and ¾ the points −1 and 0 are.
        Assert.Equal(Twice([1 + 0.10546875f, 0.87890625f - 0.10546875f, 0.26171875f - 0.03515625f, -0.10546875f, -0.03515625f, 0, 0, 0]), fine);
    }

    [Fact]
    public void Cells_and_clamped_edges_are_pytorchs_bilinear()
    {
        var upsampler = new Upsampler(2, Interpolation.Bilinear, Registration.Cell, false, false);
        var fine = upsampler.Upsample(new ArrayField(new float[] { 0, 4, 8, 0 }, 2, 2));
        Assert.Equal([0, 1, 3, 4, 2, 2.25f, 2.75f, 3, 6, 4.75f, 2.25f, 1, 8, 6, 2, 0], fine);
    }

    // f = ½: kernel 0.59375 at ½, −0.09375 at 1½.
    [Fact]
    public void Nodes_and_wrapped_edges_by_hand()
    {
        var coarse = new ArrayField(new float[] { 8, 0, 0, 0, 0 }, 1, 5);
        var periodic = new Upsampler(2, Interpolation.Bicubic, Registration.Node, false, true).Upsample(coarse);
        Assert.Equal(Twice([8, 4.75f, 0, -0.75f, 0, 0, 0, -0.75f, 0, 4.75f]), periodic);
        var clamped = new Upsampler(2, Interpolation.Bicubic, Registration.Node, false, false).Upsample(coarse);
        Assert.Equal(Twice([8, 4, 0, -0.75f, 0, 0, 0, 0, 0, 0]), clamped);
    }

    [Fact]
    public void A_missing_value_spoils_only_what_it_has_weight_in()
    {
        var coarse = new ArrayField(new[] { 1, 1, float.NaN, 1, 1, 1 }, 1, 6);
        var fine = new Upsampler(2, Interpolation.Bilinear, Registration.Node, false, false).Upsample(coarse);
        Assert.Equal(Twice([1, 1, 1, float.NaN, float.NaN, float.NaN, 1, 1, 1, 1, 1, 1]), fine);
    }

    [Fact]
    public void A_window_outside_is_refused()
    {
        var upsampler = new Upsampler(2, Interpolation.Bilinear, Registration.Node, false, false);
        Assert.Throws<ArgumentException>(() => upsampler.Upsample(Noise(2, 2, 0), new Window(3, 0, 2, 1), new float[2]));
        Assert.Throws<ArgumentException>(() => upsampler.Upsample(Noise(2, 2, 0), new Window(0, 0, 2, 2), new float[3]));
    }

    private static ArrayField Field(int height, int width, Func<int, int, double> value)
    {
        var values = Enumerable.Range(0, height * width).Select(i => (float)value(i / width, i % width)).ToArray();
        return new ArrayField(values, height, width);
    }

    private static ArrayField Noise(int height, int width, int seed)
    {
        var random = new Random(seed);
        return Field(height, width, (_, _) => random.NextDouble() - 0.5);
    }

    private static ArrayField Rolled(ArrayField field, int dy, int dx)
    {
        var values = Values(field);
        return Field(field.Height, field.Width, (y, x) => values[(Mod(y - dy, field.Height) * field.Width) + Mod(x - dx, field.Width)]);
    }

    private static float[] Values(ArrayField field) => Downsample.Strided(field, 1);

    private static float[] Crop(float[] whole, int width, Window window) =>
        [.. Enumerable.Range(0, (int)window.Count).Select(i => whole[((window.Y + (i / window.Width)) * width) + window.X + (i % window.Width)])];

    // A field of one row comes back as equal rows.
    private static float[] Twice(float[] row) => [.. row, .. row];

    private static int Mod(int value, int modulus) => ((value % modulus) + modulus) % modulus;
}
