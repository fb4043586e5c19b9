using Flex.Cli.Launch;

namespace Flex.Cli.Tests;

public sealed class LaunchCommandTests
{
    [Theory]
    [InlineData("-n must be at least 1", "launch", "-n", "0", "--", "train", "c.yaml")]
    [InlineData("--restarts", "launch", "-n", "2", "--restarts", "-1", "--", "train", "c.yaml")]
    [InlineData("train, calibrate, superres, forecast, evaluate, not of 'simulate'", "launch", "-n", "2", "--", "simulate", "turbulence")]
    [InlineData("unknown option --ou", "launch", "-n", "2", "--", "train", "c.yaml", "--ou", "r")]
    [InlineData("-n", "launch", "--", "train", "c.yaml")]
    public void What_cannot_be_launched_is_refused(string word, params string[] arguments) => CommandLine.Run(arguments).AssertBadInput(word);

    [Theory]
    [InlineData("train c.yaml --out r", "train c.yaml --out r --resume", "--resume")]
    [InlineData("calibrate m --out r --resume", "calibrate m --out r --resume", "--resume")]
    [InlineData("superres --model m", "superres --model m", "start it again")]
    [InlineData("forecast --model m", "forecast --model m", "start it again")]
    [InlineData("evaluate --model m", "evaluate --model m", "start it again")]
    public void After_a_failure_work_goes_on_from_its_checkpoint_or_starts_again(string line, string again, string advice)
    {
        var words = line.Split(' ');
        var command = SharedCommand.Named(words[0])!;
        Assert.Equal(again.Split(' '), command.Again(words));
        Assert.Contains(advice, command.Advice, StringComparison.Ordinal);
        Assert.Same(command, SharedCommand.In(["launch", "-n", "2", "--", .. words]));
    }

    [Fact]
    public void An_environment_that_says_half_is_refused()
    {
        using var error = new StringWriter();
        var services = new CliServices(TextWriter.Null, error, TimeProvider.System, IsTerminal: false, Width: 80)
        {
            Environment = new Dictionary<string, string> { ["RANK"] = "1", ["WORLD_SIZE"] = "2" },
        };
        var status = Application.Run(["train", Repository.File("configs/kt-512-x4-tiny.yaml"), "--out", Path.Combine(Path.GetTempPath(), "flex-never")], services);
        Assert.Equal(ExitStatus.BadInput, status);
        Assert.Contains("MASTER_ADDR", error.ToString(), StringComparison.Ordinal);
    }
}
