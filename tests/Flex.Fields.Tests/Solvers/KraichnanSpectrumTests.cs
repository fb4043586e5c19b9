using System.Numerics;
using Flex.Fields.Solvers;

namespace Flex.Fields.Tests.Solvers;

public class KraichnanSpectrumTests
{
    [Fact]
    public void The_root_mean_square_velocity_is_1()
    {
        Assert.Equal(0.5, Invariants.Of(Fill(128, 1)).Energy, 1e-6);
        Assert.Equal(0.5, Invariants.Of(Fill(256, 1)).Energy, 1e-12);
    }

    [Fact]
    public void The_mean_energy_of_modes_on_a_shell_follows_the_spectrum()
    {
        // E(k) = ½|û|²·2πk per unit of k, summed over all modes of length k; ∫E dk = ½ fixes the factor.
        var field = Fill(128, 1);
        var integral = 3.0 / 8 * Math.Sqrt(Math.PI) * Math.Pow(10, 5); // ∫ k⁴·e^{−(k/10)²} dk
        foreach (var (kx, ky) in new[] { (3, 4), (14, 0), (-6, 8), (0, 20), (12, -16) })
        {
            var k = Math.Sqrt((kx * kx) + (ky * ky));
            var expected = 0.5 / integral * Math.Pow(k, 4) * Math.Exp(-k * k / 100);
            var actual = 0.5 * Math.Pow(field[kx, ky].Magnitude / k, 2) * 2 * Math.PI * k;
            Assert.Equal(1, actual / expected, 1e-6);
        }
    }

    [Fact]
    public void A_finer_grid_has_the_same_modes()
    {
        var (coarse, fine) = (Fill(64, 5), Fill(128, 5));
        foreach (var (kx, ky) in new[] { (1, 0), (0, 1), (3, -7), (21, 21), (0, -21) })
        {
            Assert.Equal(coarse[kx, ky], fine[kx, ky]);
        }
    }

    [Fact]
    public void The_field_is_real_and_has_no_mean()
    {
        var field = Fill(64, 2);
        Assert.Equal(Complex.Zero, field[0, 0]);
        for (var k = 1; k <= field.Grid.Cutoff; k++)
        {
            Assert.Equal(Complex.Conjugate(field[0, k]), field[0, -k]);
        }
    }

    [Fact]
    public void Phases_are_uniform_and_change_with_the_seed()
    {
        var (a, b) = (Fill(128, 1), Fill(128, 2));
        Complex mean = 0, correlation = 0;
        var count = 0;
        for (var ky = -42; ky <= 42; ky++)
        {
            for (var kx = 1; kx <= 42; kx++, count++)
            {
                var (p, q) = (a[kx, ky] / a[kx, ky].Magnitude, b[kx, ky] / b[kx, ky].Magnitude);
                mean += p;
                correlation += p * Complex.Conjugate(q);
            }
        }

        // Sums of independent phases have the standard deviation √count.
        Assert.True(mean.Magnitude < 4 * Math.Sqrt(count));
        Assert.True(correlation.Magnitude < 4 * Math.Sqrt(count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(11)]
    public void A_spectrum_that_the_grid_does_not_hold_is_refused(double peak) => Assert.Throws<InputException>(
        () => new KraichnanSpectrum(peak).Fill(new SpectralField<double>(new SpectralGrid(64)), 1));

    private static SpectralField<double> Fill(int size, ulong seed)
    {
        var field = new SpectralField<double>(new SpectralGrid(size));
        new KraichnanSpectrum().Fill(field, seed);
        return field;
    }
}
