namespace Flex.Cli;

/// <summary>What the process tells its caller.</summary>
public static class ExitStatus
{
    /// <summary>The work is done.</summary>
    public const int Success = 0;

    /// <summary>A fault of the program, or <c>flex doctor</c> found something broken.</summary>
    public const int Fault = 1;

    /// <summary>Bad input or usage; one line on standard error said what to do.</summary>
    public const int BadInput = 2;

    /// <summary>One of several processes that work together has ended, or does not answer.</summary>
    public const int RankLost = 3;

    /// <summary>Stopped by SIGINT or SIGTERM, as shells have it.</summary>
    public const int Interrupted = 130;
}
