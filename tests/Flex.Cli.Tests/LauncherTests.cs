using System.Diagnostics;

namespace Flex.Cli.Tests;

/// <summary>What <c>./flex</c> does itself, before it builds anything.</summary>
public class LauncherTests
{
    [Theory]
    [InlineData("flex: unknown option --fats; ./flex test takes --fast, --soak and --filter TEXT\n", "test", "--fats")]
    [InlineData("flex: --filter wants a text that is part of the test names\n", "test", "--fast", "--filter")]
    public void Wrong_usage_of_test_is_one_line_and_status_2(string line, params string[] args) =>
        Assert.Equal((ExitStatus.BadInput, "", line), Run(args, libtorch: null));

    [Fact]
    public void A_libtorch_that_is_not_there_is_named()
    {
        var (status, output, error) = Run(["doctor"], libtorch: "/no/such/libtorch");
        Assert.Equal((ExitStatus.Fault, ""), (status, output));
        Assert.Equal("flex: FLEX_LIBTORCH=/no/such/libtorch is not a folder; name an unpacked libtorch\n", error);
    }

    private static (int Status, string Out, string Error) Run(string[] args, string? libtorch)
    {
        var start = new ProcessStartInfo(Repository.File("flex"), args) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["FLEX_LIBTORCH"] = libtorch;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
