using Flex.Evaluation.Reports;
using Flex.Evaluation.Scores;
using Flex.Fields.Grids;

namespace Flex.Evaluation.Tests.Reports;

public sealed class SuperResolutionChapterTests
{
    private const int Side = 16;

    private static ReportChapter Chapter(int times, double fine = 1)
    {
        var gallery = new FieldGallery("vorticity");

        // The resolver knows the waves k = 1 and halves k = 5, which every second point does not show bicubic interpolation.
        float[] Wave(double amplitude, double phase) => [.. Enumerable.Range(0, Side * Side).Select(i =>
            (float)(Math.Cos(Math.Tau * (i % Side) / Side) + (amplitude * Math.Cos((Math.Tau * 5 * (i / Side) / Side) + phase))))];
        var evaluation = new SuperResolutionEvaluation(2, (truth, _, parameters) => [Wave(fine * 0.5 * (1 + (0.1 * truth.Frame)), 0), Wave(fine * 0.4, parameters[0] / 100)]);
        foreach (var reynolds in new[] { 10.0, 20.0 })
        {
            for (var t = 0; t < times; t++)
            {
                var truth = new TrueField("run", reynolds, t, (uint)t, Wave(fine, 0), Grid.PeriodicBox(Side, Side));
                gallery.Add(truth, evaluation.Add(truth, [reynolds]));
            }
        }

        return SuperResolutionChapter.Of("t", evaluation.Score, gallery, 2, Side, null, "U-Net");
    }

    [Fact]
    public void The_lead_says_how_sure_the_ratio_is_where_that_can_be_told()
    {
        var chapter = Chapter(times: 3);
        Assert.StartsWith("U-Net’s relative error is ", chapter.Lead, StringComparison.Ordinal);
        Assert.Contains("95\u202F% confidence interval of the ratio is 0.", chapter.Lead, StringComparison.Ordinal);
        Assert.Contains("from resampling 6 times of runs", chapter.Lead, StringComparison.Ordinal);
        Assert.DoesNotContain("interval", Chapter(times: 1).Lead, StringComparison.Ordinal);
    }

    [Fact]
    public void Waves_of_which_the_truth_has_next_to_nothing_are_no_failure()
    {
        bool IsBlurred(double fine) => Chapter(times: 1, fine).Sections[0].Content.Any(element => element.Value.Contains("Blurred", StringComparison.Ordinal));
        Assert.True(IsBlurred(1));
        Assert.True(IsBlurred(0.1));
        Assert.False(IsBlurred(1e-3));
    }

    [Fact]
    public void Coherence_is_drawn_for_every_Reynolds_number_and_the_baseline()
    {
        var spectra = Assert.Single(Chapter(times: 1).Sections, section => section.Title == "Spectra");
        var plot = spectra.Content.SelectMany(element => element.DescendantsAndSelf())
            .First(element => (string?)element.Attribute("class") == "plot" && element.Value.Contains("coherence with the truth", StringComparison.Ordinal));
        Assert.All(["Re 10", "Re 20", "bicubic, Re 20"], name => Assert.Contains(name, plot.Value, StringComparison.Ordinal));
    }
}
