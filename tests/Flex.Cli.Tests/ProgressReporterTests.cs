using Flex.Cli.Progress;

namespace Flex.Cli.Tests;

public sealed class ProgressReporterTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly StringWriter _writer = new();

    public void Dispose() => _writer.Dispose();

    [Fact]
    public void A_log_gets_a_line_every_five_seconds_and_the_last_state()
    {
        using (var progress = new ProgressReporter(new ProgressText("training", "steps"), _writer, _time, width: null))
        {
            for (var step = 1; step <= 12; step++)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                progress.Report(step, 12, $"loss 0.{step}");
            }
        }

        Assert.Equal(
            "training: 5/12 steps (41%), 1 steps/s, 7.0s left, loss 0.5\n"
            + "training: 10/12 steps (83%), 1 steps/s, 2.0s left, loss 0.10\n"
            + "training: 12/12 steps (100%), 1 steps/s, loss 0.12\n",
            _writer.ToString());
    }

    [Fact]
    public void A_terminal_line_is_rewritten_and_never_wraps()
    {
        using (var progress = new ProgressReporter(new ProgressText("tiles", "tiles"), _writer, _time, width: 20))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            progress.Report(1, 4);
            _time.Advance(TimeSpan.FromSeconds(0.1));
            progress.Report(2, 4);
        }

        Assert.Equal("\r\u001b[Ktiles: 1/4 tiles (2" + "\r\u001b[Ktiles: 2/4 tiles (5" + "\n", _writer.ToString());
    }

    [Fact]
    public void The_rate_of_resumed_work_counts_from_where_it_resumed()
    {
        using var progress = new ProgressReporter(new ProgressText("training", "steps"), _writer, _time, width: null);
        progress.Report(100, 200);
        _time.Advance(TimeSpan.FromSeconds(10));
        progress.Report(150, 200);
        Assert.Equal("training: 150/200 steps (75%), 5 steps/s, 10s left\n", _writer.ToString());
    }

    [Theory]
    [InlineData(0.04, "0.0s")]
    [InlineData(9.94, "9.9s")]
    [InlineData(9.96, "10s")]
    [InlineData(59.9, "1m00s")]
    [InlineData(185, "3m05s")]
    [InlineData(3599.8, "1h00m")]
    [InlineData(7620, "2h07m")]
    [InlineData(273600, "3d04h")]
    public void Durations_have_two_units(double seconds, string expected) =>
        Assert.Equal(expected, ProgressText.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Slow_work_shows_the_time_of_each_unit_and_unknown_totals_show_none()
    {
        var text = new ProgressText("runs", "runs");
        Assert.Equal("runs: 2/5 runs (40%), 50s each, 2m30s left", text.Format(2, 5, 0.02, null));
        Assert.Equal("runs: 2 runs", text.Format(2, 0, 0, null));
    }

    /// <summary>A clock that the test moves.</summary>
    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan span) => _ticks += span.Ticks;
    }
}
