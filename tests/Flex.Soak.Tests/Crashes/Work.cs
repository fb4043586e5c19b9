using Flex.Soak.Tests.Support;

namespace Flex.Soak.Tests.Crashes;

/// <summary>Watches a job.</summary>
internal static class Work
{
    /// <summary>Waits until a file is there, or the tool has ended.</summary>
    public static void WaitFor(string file, ToolProcess tool)
    {
        while (!File.Exists(file) && !tool.HasExited)
        {
            Thread.Sleep(1);
        }
    }
}
