using System.Globalization;
using System.Runtime.InteropServices;

namespace Flex.Cli.Launch;

/// <summary>What ties a rank to the launcher that started it: when that is killed, even by SIGKILL, the rank is killed too.</summary>
internal static partial class LauncherBond
{
    /// <summary>The environment variable that names the launcher's process.</summary>
    public const string Variable = "FLEX_LAUNCHER";

    // PR_SET_PDEATHSIG of <sys/prctl.h>, and SIGKILL. The kernel sends the signal when the thread that started this process ends; the
    // launcher's waits there for its ranks.
    private const int SetParentDeathSignal = 1, Kill = 9;

    /// <summary>Ties this process, where a launcher has started it.</summary>
    /// <param name="environment">The environment variables.</param>
    /// <returns>False where that launcher has ended already.</returns>
    public static bool Tie(IReadOnlyDictionary<string, string> environment)
    {
        if (!environment.TryGetValue(Variable, out var launcher))
        {
            return true;
        }

        _ = SetProcess(SetParentDeathSignal, Kill, 0, 0, 0);
        return ParentId().ToString(CultureInfo.InvariantCulture) == launcher;
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int SetProcess(int option, nuint value, nuint unused3, nuint unused4, nuint unused5);

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int ParentId();
}
