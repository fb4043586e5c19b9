using System.Globalization;
using System.Xml.Linq;
using Flex.Evaluation.Figures;
using Flex.Evaluation.Reports;

namespace Flex.Evaluation.Tests.Reports;

public class PlotTests
{
    [Theory]
    [InlineData(0, 1, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(-3.1, 9.9, new[] { 0.0, 5 })]
    [InlineData(0.93, 1.02, new[] { 0.94, 0.96, 0.98, 1.0, 1.02 })]
    public void Linear_axes_have_round_ticks(double low, double high, double[] ticks) => AssertClose(ticks, new PlotAxis(low, high, false).Ticks);

    [Theory]
    [InlineData(1, 256, new[] { 1.0, 2, 5, 10, 20, 50, 100, 200 })]
    [InlineData(0.03, 0.5, new[] { 0.05, 0.1, 0.2, 0.5 })]
    [InlineData(2e-4, 30, new[] { 1e-3, 1e-2, 0.1, 1, 10 })]
    [InlineData(5e-11, 30, new[] { 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1 })]
    public void Logarithmic_axes_have_round_factors_or_powers_of_ten(double low, double high, double[] ticks) =>
        AssertClose(ticks, new PlotAxis(low, high, true).Ticks);

    [Fact]
    public void Places_are_shares_of_the_axis()
    {
        Assert.Equal(0.25, new PlotAxis(2, 6, false).Place(3), 1e-12);
        Assert.Equal(0.5, new PlotAxis(1, 100, true).Place(10), 1e-12);
        Assert.Equal(("10", "−6"), new PlotAxis(1e-7, 1, true).Label(1e-6));
        Assert.Equal(("0.05", ""), new PlotAxis(0.01, 1, true).Label(0.05));
        Assert.Equal(("−5", ""), new PlotAxis(-9, 1, false).Label(-5));
        Assert.Equal(new PlotAxis(0.5, 2, true), PlotAxis.Covering([double.NaN, 1, -3], true, 0.05));
    }

    /// <summary>The drawing is 312 pixels wide between the axes and 218 high.</summary>
    [Fact]
    public void Curves_run_from_corner_to_corner_and_stop_at_gaps()
    {
        var curve = new Curve("it's <b>", [0, 1, 2, 3], [0, 1, double.NaN, 3], Curve.Blue);
        var plot = PlotElement.Of(new CurvePlot("t", "x", "y", [curve]) { YRange = (0, 3) }, width: 376);
        var path = plot.Descendants("path").Single(p => p.Attribute("stroke") is not null && p.Parent!.Attribute("class") is null);
        Assert.Equal("M0 218L104 145.3M312 0", path.Attribute("d")!.Value);
        Assert.Equal("it's <b>", plot.Elements("div").Single().Value);
    }

    [Fact]
    public void Columns_stand_on_zero_side_by_side()
    {
        var curve = new Curve("", [0, 1], [1, 2], Curve.Blue, Stroke.Columns);
        var columns = PlotElement.Of(new CurvePlot("t", "x", "y", [curve]) { YRange = (0, 4) }, width: 376).Descendants("rect").ToList();
        double Of(XElement rect, string name) => double.Parse(rect.Attribute(name)!.Value, CultureInfo.InvariantCulture);
        Assert.Equal([54.5, 109], columns.Select(rect => Of(rect, "height")));
        Assert.All(columns, rect => Assert.Equal(218, Of(rect, "y") + Of(rect, "height"), 0.1));
        Assert.True(Of(columns[0], "x") + Of(columns[0], "width") < Of(columns[1], "x"));
    }

    [Fact]
    public void Few_of_many_are_chosen_evenly_with_both_ends()
    {
        Assert.Equal([0, 4, 9], EvenChoice.Of([.. Enumerable.Range(0, 10)], 3));
        Assert.Equal([7], EvenChoice.Of([7], 3));
    }

    [Fact]
    public void A_representative_set_keeps_the_ends_and_something_near_everything()
    {
        var set = new RepresentativeSet<int>(5);
        foreach (var i in Enumerable.Range(0, 100).Select(i => i * 37 % 100))
        {
            set.Add(i, i);
        }

        Assert.Equal((5, 0, 99, 99), (set.Items.Count, set.Items[0], set.Items[^1], set.Worst));
        Assert.InRange(set.Nearest(50), 25, 75);
        set.Add(double.NaN, -1);
        Assert.Equal(-1, set.Worst);
    }

    private static void AssertClose(double[] expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-9 * Math.Abs(pair.First)));
    }
}
