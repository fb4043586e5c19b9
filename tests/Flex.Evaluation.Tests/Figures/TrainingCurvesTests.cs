using Flex.Evaluation.Figures;

namespace Flex.Evaluation.Tests.Figures;

public sealed class TrainingCurvesTests : IDisposable
{
    private readonly string _log = Path.GetTempFileName();

    public void Dispose() => File.Delete(_log);

    [Fact]
    public void Curves_hold_the_steps_that_logged_them()
    {
        File.WriteAllText(_log, """
            {"step": 1, "loss": 0.9, "learning_rate": 1e-4, "note": "warm-up"}
            {"step": 2, "loss": 0.5, "valid_loss": 0.6}

            {"event": "saved"}
            {"step": 3, "valid_loss": 0.4}
            """);
        var curves = TrainingCurves.Read(_log);
        Assert.Equal([(1, 0.9), (2, 0.5)], curves.Of("loss"));
        Assert.Equal([(2, 0.6), (3, 0.4)], curves.Of("valid_loss"));
        Assert.Equal([(1, 1e-4)], curves.Of("learning_rate"));
        Assert.Empty(curves.Of("note"));
    }

    [Fact]
    public void A_line_that_is_not_json_is_named()
    {
        File.WriteAllText(_log, "{\"step\": 1, \"loss\": 1}\nhello\n{\"step\": 2, \"loss\": 1}\n");
        var error = Assert.Throws<InputException>(() => TrainingCurves.Read(_log));
        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_line_at_the_end_is_passed_over()
    {
        File.WriteAllText(_log, "{\"step\": 1, \"loss\": 1}\n{\"step\": 2, \"lo");
        Assert.Equal([(1, 1.0)], TrainingCurves.Read(_log).Of("loss"));
    }

    [Fact]
    public void A_log_without_losses_is_refused()
    {
        File.WriteAllText(_log, "{\"step\": 1}\n");
        Assert.Throws<InputException>(() => TrainingCurves.Read(_log));
    }

    [Fact]
    public void A_missing_log_is_refused() =>
        Assert.Throws<InputException>(() => TrainingCurves.Read(_log + ".not"));
}
