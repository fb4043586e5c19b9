using System.Diagnostics;
using System.Runtime.InteropServices;
using Flex.Cli;
using Flex.Cli.Launch;

using var interruption = new CancellationTokenSource();

// The first signal asks the command to stop, which may save its state on the way out; the second one kills. A terminal and a launcher may
// send the same signal: what comes at once is one.
var together = TimeSpan.FromSeconds(0.5);
long? first = null;
void Interrupt(PosixSignalContext context)
{
    first ??= Stopwatch.GetTimestamp();
    context.Cancel = Stopwatch.GetElapsedTime(first.Value) < together;
    interruption.Cancel();
}

using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

var services = CliServices.ForProcess();
return LauncherBond.Tie(services.Environment) ? Application.Run(args, services, interruption.Token) : ExitStatus.RankLost;
