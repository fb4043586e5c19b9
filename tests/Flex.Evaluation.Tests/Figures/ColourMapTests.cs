using Flex.Evaluation.Figures;

namespace Flex.Evaluation.Tests.Figures;

public class ColourMapTests
{
    public static TheoryData<string> Names => [.. ColourMap.All.Select(map => map.Name)];

    [Theory]
    [InlineData(1, 0, 0, "#ffffff")]
    [InlineData(0, 0, 0, "#000000")]
    [InlineData(0.627955, 0.224863, 0.125846, "#ff0000")]
    [InlineData(0.866440, -0.233888, 0.179498, "#00ff00")]
    [InlineData(0.452014, -0.032457, -0.311528, "#0000ff")]
    public void Published_OKLab_coordinates_give_the_primaries(double l, double a, double b, string expected) =>
        Assert.Equal(expected, new OkLab(l, a, b).ToRgb().ToString());

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_steps_look_equal(string name)
    {
        var map = ColourMap.Named(name);
        var arms = map.IsDiverging ? new[] { (0.0, 0.5), (0.5, 1.0) } : [(0.0, 1.0)];
        foreach (var (from, to) in arms)
        {
            var steps = Enumerable.Range(0, 100)
                .Select(i => map.At(from + ((to - from) * i / 100)).DistanceTo(map.At(from + ((to - from) * (i + 1) / 100))))
                .ToArray();
            Assert.InRange(steps.Max() / steps.Min(), 1, 1.02);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Lightness_goes_one_way_on_each_arm(string name)
    {
        var map = ColourMap.Named(name);
        for (var i = 0; i < 200; i++)
        {
            var rises = !map.IsDiverging || i < 100;
            var change = map.At((i + 1) / 200.0).L - map.At(i / 200.0).L;
            Assert.True(rises ? change > 0 : change < 0, $"{name} at {i / 200.0}: {change}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_screen_can_show_every_colour(string name)
    {
        var map = ColourMap.Named(name);
        for (var i = 0; i <= 200; i++)
        {
            var (red, green, blue) = map.At(i / 200.0).ToLinearRgb();
            Assert.All([red, green, blue], channel => Assert.InRange(channel, -0.002, 1.002));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Diverging_maps_are_white_in_the_middle(string name)
    {
        var map = ColourMap.Named(name);
        Assert.Equal(map.IsDiverging, map.At(0.5).ToRgb() == new Rgb(255, 255, 255));
    }

    [Fact]
    public void Positions_outside_take_the_end_colours()
    {
        Assert.Equal(ColourMap.Ember.At(0), ColourMap.Ember.At(-3));
        Assert.Equal(ColourMap.Ember.At(1), ColourMap.Ember.At(7));
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        var error = Assert.Throws<InputException>(() => ColourMap.Named("jet"));
        Assert.Contains("bluered", error.Message, StringComparison.Ordinal);
    }
}
