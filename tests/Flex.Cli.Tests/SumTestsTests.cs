using System.Diagnostics;

namespace Flex.Cli.Tests;

/// <summary>The script behind the last line of <c>./flex test</c>.</summary>
public sealed class SumTestsTests : IDisposable
{
    private readonly DirectoryInfo _results = Directory.CreateTempSubdirectory("flex-sum-tests");

    public void Dispose() => _results.Delete(recursive: true);

    [Fact]
    public void Adds_up_the_projects()
    {
        AddProject("A", status: 0, Counters(total: 5, executed: 5, passed: 5, failed: 0));
        AddProject("B", status: 0, Counters(total: 7, executed: 7, passed: 7, failed: 0));
        Assert.Equal((0, "12 passed, 0 failed\n"), Sum());
    }

    [Fact]
    public void Counts_what_was_not_executed_as_skipped()
    {
        AddProject("A", status: 0, Counters(total: 5, executed: 3, passed: 3, failed: 0));
        Assert.Equal((0, "3 passed, 0 failed, 2 skipped\n"), Sum());
    }

    [Fact]
    public void A_failed_test_fails_the_whole()
    {
        AddProject("A", status: 1, Counters(total: 5, executed: 5, passed: 4, failed: 1));
        AddProject("B", status: 0, Counters(total: 1, executed: 1, passed: 1, failed: 0));
        Assert.Equal((1, "5 passed, 1 failed\n"), Sum());
    }

    [Fact]
    public void A_crashed_run_is_one_failure_with_or_without_results()
    {
        AddProject("A", status: 1, Counters(total: 2, executed: 2, passed: 2, failed: 0));
        AddProject("B", status: 134, trx: null);
        Assert.Equal((1, "2 passed, 2 failed\n"), Sum());
    }

    [Fact]
    public void A_project_without_a_matching_test_counts_nothing()
    {
        AddProject("A", status: 0, Counters(total: 2, executed: 2, passed: 2, failed: 0));
        AddProject("B", status: 0, trx: null);
        Assert.Equal((0, "2 passed, 0 failed\n"), Sum());
    }

    [Fact]
    public void No_test_at_all_is_not_a_success()
    {
        AddProject("A", status: 0, trx: null);
        Assert.Equal((1, "0 passed, 0 failed\n"), Sum());
    }

    private static string Counters(int total, int executed, int passed, int failed) =>
        $"""
        <?xml version="1.0" encoding="utf-8"?>
        <TestRun>
          <Results><UnitTestResult testName="prints passed=&quot;99&quot;" outcome="Passed" /></Results>
          <ResultSummary outcome="Completed">
            <Counters total="{total}" executed="{executed}" passed="{passed}" failed="{failed}" error="0" timeout="0" aborted="0" inconclusive="0" passedButRunAborted="0" notRunnable="0" notExecuted="0" disconnected="0" warning="0" completed="0" inProgress="0" pending="0" />
            <Output><StdOut>some output</StdOut></Output>
          </ResultSummary>
        </TestRun>
        """;

    private void AddProject(string name, int status, string? trx)
    {
        File.WriteAllText(Path.Combine(_results.FullName, $"{name}.exit"), $"{status}\n");
        if (trx is not null)
        {
            File.WriteAllText(Path.Combine(_results.FullName, $"{name}.trx"), trx);
        }
    }

    private (int Status, string Out) Sum()
    {
        var start = new ProcessStartInfo(Repository.File(".ci/sum-tests"), [_results.FullName]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
