using Flex.Evaluation.Figures;
using Flex.Evaluation.Scores;
using Flex.IO;

namespace Flex.Evaluation.Tests.Figures;

public sealed class ForecastAnimationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void An_ensemble_has_four_panels_with_the_first_row_at_the_bottom()
    {
        // The truth is −1 in its first row and +1 in its second; the members agree with it and have no spread.
        float[] truth = [-1, -1, 1, 1];
        var animation = new ForecastAnimation(2, 2);
        animation.Add(new ForecastFrame(0, 1, truth, [truth, truth, truth]));
        animation.Add(new ForecastFrame(1, 1.05, truth, [truth, truth, truth]));
        animation.Save(In("a.png"), new Gnuplot());
        var picture = PngDecoder.Decode(File.ReadAllBytes(In("a.png")));
        Assert.Equal((animation.Width, animation.Height), (picture.Width, picture.Height));
        Assert.InRange(animation.Width, 560, 600);
        byte At(double x, int fromBottom) => picture.Pixels[((picture.Height - fromBottom) * picture.Width) + (int)(x * picture.Width)];
        var (low, high, none) = (At(0.12, 30), At(0.12, 130), At(0.88, 30));
        Assert.Equal(3, new[] { low, high, none }.Distinct().Count());
        Assert.All(new[] { 0.38, 0.62 }, x => Assert.Equal((low, high), (At(x, 30), At(x, 130))));
        Assert.Equal(none, At(0.88, 130));
        Assert.True(picture.Pixels[..(picture.Width * 20)].Distinct().Count() > 2, "no words above the panels");
    }

    [Fact]
    public void One_member_has_no_spread_and_gaps_are_grey()
    {
        float[] truth = [1, 2, float.NaN, 3];
        var animation = new ForecastAnimation(1, 4);
        animation.Add(new ForecastFrame(0, 1, truth, [truth]));
        animation.Save(In("a.png"), new Gnuplot());
        var picture = PngDecoder.Decode(File.ReadAllBytes(In("a.png")));
        Assert.Equal((animation.Width, animation.Height), (picture.Width, picture.Height));
        var row = picture.Pixels.AsSpan((picture.Height - 20) * picture.Width, picture.Width / 2);

        // White paper is the lightest of the greys, and a gap one of them too.
        Assert.InRange(row[row.Length * 5 / 8], 1, row[0] - 1);
        Assert.True(row[row.Length / 8] > row[0], "a value is painted as paper");
    }

    [Fact]
    public void An_animation_without_frames_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => new ForecastAnimation(2, 2).Save(In("a.png"), new Gnuplot()));

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
