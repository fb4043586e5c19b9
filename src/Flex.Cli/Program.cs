using System.Runtime.InteropServices;
using Flex.Cli;

using var interruption = new CancellationTokenSource();

// The first signal asks the command to stop, which may save its state on the way out; the second one kills.
void Interrupt(PosixSignalContext context)
{
    context.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
}

using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

return Application.Run(args, CliServices.ForProcess(), interruption.Token);
