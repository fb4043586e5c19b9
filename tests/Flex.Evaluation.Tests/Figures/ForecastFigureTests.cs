using Flex.Evaluation.Figures;
using Flex.Evaluation.Scores;

namespace Flex.Evaluation.Tests.Figures;

public sealed class ForecastFigureTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_row_shows_truth_two_members_mean_and_deviation_of_a_lead()
    {
        var text = Draw(members: 3);
        Assert.Equal(2, Count(text, "truth"));
        Assert.Equal(2, Count(text, "member 2"));
        Assert.Equal(0, Count(text, "member 3"));
        Assert.Equal(2, Count(text, "mean of 3"));
        Assert.Equal(2, Count(text, "standard deviation"));
        Assert.Equal(1, Count(text, "lead 10, t = 1.5"));
    }

    [Fact]
    public void One_member_stands_alone()
    {
        var text = Draw(members: 1);
        Assert.Equal(2, Count(text, "member 1"));
        Assert.Equal(0, Count(text, "standard deviation"));
    }

    [Theory]
    [InlineData(1, 3, 1, false)]
    [InlineData(4, 2, 2, true)]
    public void Lead_time_curves_show_the_spread_of_ensembles_only(int members, int columns, int rows, bool spread)
    {
        var score = new ForecastScore();
        for (var lead = 1; lead <= 3; lead++)
        {
            score.Add(new ForecastCase("a", 250, 1), lead, 1 + (0.05 * lead), Field(0), Field(lead), Members(members, lead));
        }

        var figure = LeadTimeFigure.Draw(score.ByReynolds[0], "FLEX");
        figure.Save(In("a.svg"), new Gnuplot());
        var text = File.ReadAllText(In("a.svg"));
        Assert.Equal((columns * 780, rows * 604), (figure.Width, figure.Height));
        Assert.Equal(spread ? 1 : 0, Count(text, "spread and skill, Re 250"));
        Assert.Contains(">persistence<", text, StringComparison.Ordinal);
    }

    private string Draw(int members)
    {
        ForecastFrame[] frames = [new(1, 1.05, Field(0), Members(members, 1)), new(10, 1.5, Field(0), Members(members, 3))];
        ForecastFigure.Compare(frames, 4, 5, "vorticity").Save(In("a.svg"), new Gnuplot());
        return File.ReadAllText(In("a.svg"));
    }

    private static float[][] Members(int count, int lead) => [.. Enumerable.Range(1, count).Select(member => Field(0.02f * lead * member))];

    private static float[] Field(float phase) => [.. Enumerable.Range(0, 20).Select(i => MathF.Sin(i + phase))];

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private string In(string name) => Path.Combine(_folder.FullName, name);
}
