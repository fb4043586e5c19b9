using System.CommandLine;
using Flex.Torch;
using Flex.Torch.Distributed;

namespace Flex.Cli;

/// <summary>Work that several processes of this program may do together.</summary>
internal static class SharedWork
{
    /// <summary>Does this process's part, or all of it where there is only one.</summary>
    /// <param name="services">The outside world; its environment says which process this is.</param>
    /// <param name="device">Where the tensors are.</param>
    /// <param name="work">The work, given the processes and an outside world that only the first one sees.</param>
    /// <returns>The exit status.</returns>
    public static int Run(CliServices services, string device, Func<ProcessGroup, CliServices, int> work)
    {
        var environment = RankEnvironment.Read(services.Environment);
        using var ranks = ProcessGroup.Join(environment, Device.Parse(device), services.Time);
        try
        {
            return work(ranks, ranks.IsFirst ? services : services with { Out = TextWriter.Null, Error = TextWriter.Null });
        }
        catch (Exception e) when (e is not OperationCanceledException and not RankLostException)
        {
            ranks.Fail(e.Message);
            throw;
        }
    }

    /// <summary>Sets what a command does that draws fields: processes that are started with one and the same command line share it.</summary>
    /// <param name="command">The command.</param>
    /// <param name="services">The outside world; its environment says which process this is.</param>
    /// <param name="device">Where the model runs.</param>
    /// <param name="draw">Does the work, given the processes and an outside world that only the first one sees, and returns the exit status.</param>
    public static void OnDraw(
        this Command command, CliServices services, Option<string> device, Func<ParseResult, ProcessGroup, CliServices, CancellationToken, int> draw) =>
        command.OnRun((parsed, cancellation) =>
        {
            try
            {
                return Run(services, parsed.GetValue(device)!, (ranks, own) =>
                {
                    ranks.RequireSame("command line", string.Join(' ', parsed.Tokens.Select(token => token.Value)));
                    return draw(parsed, ranks, own, cancellation);
                });
            }
            catch (RankLostException) when (cancellation.IsCancellationRequested)
            {
                // All are interrupted; which of them ends first does not matter.
                throw new OperationCanceledException(cancellation);
            }
        });
}
