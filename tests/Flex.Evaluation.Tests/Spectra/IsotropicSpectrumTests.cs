using Flex.Evaluation.Spectra;

namespace Flex.Evaluation.Tests.Spectra;

public class IsotropicSpectrumTests
{
    /// <summary>A field of waves a·cos(kx·x + ky·y + phase) on [0, 2π]², row y, column x.</summary>
    private static float[] Waves(int height, int width, params (double A, int Kx, int Ky, double Phase)[] waves)
    {
        var field = new float[height * width];
        for (var i = 0; i < field.Length; i++)
        {
            var (y, x) = (2 * Math.PI * (i / width) / height, 2 * Math.PI * (i % width) / width);
            field[i] = (float)waves.Sum(w => w.A * Math.Cos((w.Kx * x) + (w.Ky * y) + w.Phase));
        }

        return field;
    }

    [Theory]
    [InlineData(32, 32)]
    [InlineData(24, 40)]
    [InlineData(15, 21)]
    public void A_single_wave_lies_in_its_own_shell(int height, int width)
    {
        // ω = 3·cos(3x + 4y): ½⟨ω²⟩ = 9/4, all at |k| = 5; the energy is that over k² = 25.
        var field = Waves(height, width, (3, 3, 4, 0.7));
        var enstrophy = IsotropicSpectrum.Enstrophy(field, height, width);
        var energy = IsotropicSpectrum.Energy(field, height, width);
        Assert.Equal(9.0 / 4, enstrophy.Shells[5], 6);
        Assert.Equal(9.0 / 4 / 25, energy.Shells[5], 7);
        Assert.Equal(enstrophy.Shells[5], enstrophy.Total, 10);
        Assert.Equal(energy.Shells[5], energy.Total, 10);
    }

    [Fact]
    public void Shells_are_half_a_wavenumber_wide_on_either_side()
    {
        // |(1, 1)| = 1.41 belongs to shell 1, |(2, 2)| = 2.83 to shell 3, |(2, 1)| = 2.24 to shell 2.
        var spectrum = IsotropicSpectrum.Enstrophy(Waves(16, 16, (2, 1, 1, 0), (4, 2, 2, 1), (6, 2, -1, 2)), 16, 16);
        Assert.Equal([0, 1, 9, 4], spectrum.Shells.Take(4).Select(z => Math.Round(z, 5)));
    }

    [Fact]
    public void The_mean_is_enstrophy_but_not_energy()
    {
        var field = new float[64];
        Array.Fill(field, 3);
        Assert.Equal(4.5, IsotropicSpectrum.Enstrophy(field, 8, 8).Shells[0], 12);
        Assert.Equal(0, IsotropicSpectrum.Energy(field, 8, 8).Total, 12);
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(12, 18)]
    [InlineData(9, 7)]
    [InlineData(1, 8)]
    public void Enstrophy_sums_to_half_the_mean_square_of_any_field(int height, int width)
    {
        var random = new Random(1);
        var field = new float[height * width];
        for (var i = 0; i < field.Length; i++)
        {
            field[i] = (float)(random.NextDouble() - 0.3);
        }

        var expected = field.Average(w => 0.5 * w * w);
        Assert.Equal(expected, IsotropicSpectrum.Enstrophy(field, height, width).Total, 13);
    }

    [Fact]
    public void Energy_sums_to_half_the_mean_square_of_the_velocity()
    {
        // The stream function Σ a/k²·cos(k·x + φ) has the vorticity Σ a·cos(k·x + φ); u = ∂ψ/∂y, v = −∂ψ/∂x.
        const int N = 32;
        var random = new Random(2);
        var waves = Enumerable.Range(0, 40)
            .Select(_ => (A: random.NextDouble(), Kx: random.Next(-9, 10), Ky: random.Next(1, 10), Phase: 6 * random.NextDouble()))
            .ToArray();
        var energy = 0.0;
        for (var i = 0; i < N * N; i++)
        {
            var (y, x) = (2 * Math.PI * (i / N) / N, 2 * Math.PI * (i % N) / N);
            var u = -waves.Sum(w => w.A * w.Ky / ((w.Kx * w.Kx) + (w.Ky * w.Ky)) * Math.Sin((w.Kx * x) + (w.Ky * y) + w.Phase));
            var v = waves.Sum(w => w.A * w.Kx / ((w.Kx * w.Kx) + (w.Ky * w.Ky)) * Math.Sin((w.Kx * x) + (w.Ky * y) + w.Phase));
            energy += 0.5 * ((u * u) + (v * v)) / (N * N);
        }

        var relative = IsotropicSpectrum.Energy(Waves(N, N, waves), N, N).Total / energy;
        Assert.Equal(1, relative, 6);
    }

    [Fact]
    public void A_missing_value_is_named()
    {
        var field = new float[12];
        field[7] = float.NaN;
        var error = Assert.Throws<InputException>(() => IsotropicSpectrum.Energy(field, 3, 4));
        Assert.Contains("row 1, column 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolved_wavenumbers_end_at_the_highest_of_an_axis()
    {
        var (wavenumbers, values) = IsotropicSpectrum.Enstrophy(Waves(16, 16, (2, 1, 0, 0)), 16, 16).Resolved(16);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], wavenumbers);
        Assert.Equal(1, values[0], 6);
    }

    [Fact]
    public void The_mean_of_spectra_is_taken_shell_by_shell()
    {
        var mean = new MeanSpectrum();
        mean.Add(new Spectrum([0, 1, 4]));
        mean.Add(new Spectrum([2, 3, 0]));
        Assert.Equal([1, 2, 2], mean.Value.Shells);
        Assert.Throws<ArgumentException>(() => mean.Add(new Spectrum([1])));
    }

    [Fact]
    public void Octaves_and_their_errors_by_hand()
    {
        var truth = new Spectrum([9, 4, 1, 1, 2, 0, 0]);
        var estimate = new Spectrum([0, 4, 0.5, 0.5, 3, 0, 1]);
        var bands = SpectralBand.Octaves(estimate, truth);
        Assert.Equal([(1, 1), (2, 3), (4, 6)], bands.Select(b => (b.Low, b.High)));
        Assert.Equal([0, -0.5, 1], bands.Select(b => b.RelativeError));
    }
}
