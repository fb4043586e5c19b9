using System.CommandLine;

namespace Flex.Cli.Tests;

public class ApplicationTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData()]
    public void Help_lists_the_commands_on_standard_output(params string[] args)
    {
        var run = CommandLine.Run(args);
        Assert.Equal(ExitStatus.Success, run.Status);
        Assert.Contains("doctor", run.Out, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void A_mistyped_command_names_the_nearest_and_all_others() =>
        CommandLine.Run("docter").AssertBadInput("unknown command 'docter' (did you mean doctor?)", "the commands are ");

    [Fact]
    public void A_mistyped_option_names_the_nearest() =>
        CommandLine.Run("doctor", "--jsn").AssertBadInput("unknown option --jsn (did you mean --json?)", "see flex doctor --help");

    [Fact]
    public void A_mistyped_option_is_not_taken_for_an_argument_or_a_value()
    {
        var command = Work((_, _) => 0);
        command.Arguments.Add(new Argument<string>("FILE"));
        command.Options.Add(new Option<string>("--out"));
        RunWork(command, "work", "--otu").AssertBadInput("unknown option --otu (did you mean --out?)");
        RunWork(command, "work", "a.nc", "--out", "--seed=1").AssertBadInput("unknown option --seed");
    }

    [Fact]
    public void Negative_numbers_and_what_follows_a_double_dash_are_not_options()
    {
        var command = Work((_, _) => 0);
        command.Arguments.Add(new Argument<string[]>("WORDS"));
        Assert.Equal(0, RunWork(command, "work", "-1.5", "--", "--name").Status);
    }

    [Fact]
    public void Missing_and_malformed_values_are_usage_errors()
    {
        var command = Work((_, _) => 0);
        command.Options.Add(new Option<int>("--steps") { Required = true });
        RunWork(command, "work").AssertBadInput("--steps", "see flex work --help");
        RunWork(command, "work", "--steps", "many").AssertBadInput("many", "--steps");
        RunWork(command, "work", "--steps", "1", "more").AssertBadInput("unexpected argument 'more'");
    }

    [Fact]
    public void Bad_input_is_one_line_and_status_2() =>
        RunWork(Work((_, _) => throw new InputException("cannot read a.nc:\nit is empty")), "work")
            .AssertBadInput("flex: cannot read a.nc: it is empty");

    [Fact]
    public void A_fault_is_one_line_and_status_1_with_the_trace_on_request()
    {
        static Command Broken() => Work((_, _) => throw new InvalidOperationException("lost\nmy way"));
        var run = RunWork(Broken(), "work");
        Assert.Equal(ExitStatus.Fault, run.Status);
        Assert.Equal("flex: internal error: InvalidOperationException: lost my way (--verbose shows the trace)\n", run.Error);
        Assert.Contains("   at Flex.Cli.Tests.ApplicationTests", RunWork(Broken(), "work", "--verbose").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_command_ends_with_130()
    {
        using var interruption = new CancellationTokenSource();
        var command = Work((_, cancellation) =>
        {
            interruption.Cancel();
            cancellation.ThrowIfCancellationRequested();
            return 0;
        });
        Assert.Equal(130, CommandLine.RunWith(command, interruption.Token, "work").Status);
    }

    [Fact]
    public void The_status_of_the_command_is_the_status_of_the_tool() =>
        Assert.Equal(7, RunWork(Work((_, _) => 7), "work").Status);

    private static Command Work(Func<ParseResult, CancellationToken, int> run)
    {
        var command = new Command("work", "Does what the test wants");
        command.OnRun(run);
        return command;
    }

    private static CommandLine RunWork(Command command, params string[] args) =>
        CommandLine.RunWith(command, CancellationToken.None, args);
}
