using Flex.Evaluation.Spectra;

namespace Flex.Evaluation.Tests.Spectra;

public class SpectralAgreementTests
{
    private const int Side = 16;

    /// <summary>
    /// The truth has sin x, sin 2x and sin 4x. Of these the estimate has the first in phase and twice as high (coherence 1,
    /// error 1), the second a quarter of a period late (0, 2), the third not at all (none, 1).
    /// </summary>
    [Fact]
    public void Bands_by_hand()
    {
        var agreement = Of([Field(x => (2 * Math.Sin(x)) + Math.Cos(2 * x))], Truth);
        Assert.Equal([(1, 1), (2, 3), (4, 7)], agreement.Bands.Take(3).Select(band => (band.Low, band.High)));
        var (one, two, four) = (agreement.Bands[0], agreement.Bands[1], agreement.Bands[2]);
        Assert.Equal((1.0, 1.0), (one.Coherence, one.Error), Near);
        Assert.Equal((0.0, 2.0), (two.Coherence, two.Error), Near);
        Assert.Equal(1, four.Error, 6);
    }

    [Fact]
    public void The_truth_agrees_with_itself_and_its_negative_does_not()
    {
        Assert.All(Of([Truth], Truth).Bands, band => Assert.Equal((1.0, 0.0), (band.Coherence, band.Error), Near));
        Assert.All(Of([[.. Truth.Select(value => -value)]], Truth).Bands, band => Assert.Equal((-1.0, 4.0), (band.Coherence, band.Error), Near));
    }

    /// <summary>One member in phase and one in opposition: as products are summed before they are divided, the coherence is 0.</summary>
    [Fact]
    public void Members_and_fields_are_pooled()
    {
        float[] opposite = [.. Truth.Select(value => -value)];
        Assert.All(Of([Truth, opposite], Truth).Bands, band => Assert.Equal((0.0, 2.0), (band.Coherence, band.Error), Near));
    }

    [Fact]
    public void Nothing_added_has_no_bands_and_other_sizes_are_refused()
    {
        Assert.Empty(new SpectralAgreement().Bands);
        Assert.Throws<ArgumentException>(() => Of([Truth], Truth).Add([new float[64]], new float[64], 8, 8));
        Assert.Throws<InputException>(() => Of([[.. Truth.Select(_ => float.NaN)]], Truth));
    }

    private static float[] Truth => Field(x => Math.Sin(x) + Math.Sin(2 * x) + Math.Sin(4 * x));

    private static bool Near((double A, double B) one, (double A, double B) other) =>
        Math.Abs(one.A - other.A) < 1e-6 && Math.Abs(one.B - other.B) < 1e-6;

    private static SpectralAgreement Of(IReadOnlyList<float[]> estimates, float[] truth)
    {
        var agreement = new SpectralAgreement();
        agreement.Add(estimates, truth, Side, Side);
        return agreement;
    }

    private static float[] Field(Func<double, double> value) =>
        [.. Enumerable.Range(0, Side * Side).Select(i => (float)value(i % Side * 2 * Math.PI / Side))];
}
