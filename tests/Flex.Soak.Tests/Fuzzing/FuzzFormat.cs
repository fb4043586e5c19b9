using Flex.Soak.Tests.Support;
using Flex.Torch.Random;

namespace Flex.Soak.Tests.Fuzzing;

/// <summary>A format that is read from strangers.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="File">The name of the file that is tried.</param>
/// <param name="Sound">Files that must be read, however many others came before.</param>
/// <param name="Make">Makes the bytes of a case that is damaged or hostile, or by chance still sound.</param>
/// <param name="Read">What reads the file, given its path and a path that may be written to.</param>
internal sealed record FuzzFormat(
    string Name, string File, Func<IReadOnlyList<byte[]>> Sound, Func<CounterGenerator, byte[]> Make, Func<string, string, IReadOnlyList<FuzzReader>> Read);

/// <summary>Something that reads a file.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="Run">Reads the file.</param>
internal sealed record FuzzReader(string Name, Func<Tool> Run)
{
    /// <summary>A command line.</summary>
    public static FuzzReader Command(params string[] arguments) => new(arguments[0], () => Tool.Run(arguments));
}
