namespace Flex.Soak.Tests.Support;

/// <summary>Waits in short slices and counts those, so that time in which this process is itself stopped (SIGSTOP) or starved does not count.</summary>
internal static class Patience
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits.</summary>
    /// <param name="longest">How long at most.</param>
    /// <param name="wait">Waits for so long; whether what is waited for has come.</param>
    /// <param name="waited">The time that counts.</param>
    /// <returns>Whether it has come.</returns>
    public static bool Wait(TimeSpan longest, Func<TimeSpan, bool> wait, out TimeSpan waited)
    {
        for (waited = TimeSpan.Zero; waited < longest; waited += Slice)
        {
            if (wait(Slice))
            {
                return true;
            }
        }

        return false;
    }
}
