namespace Flex.Soak.Tests.Fuzzing;

/// <summary>Files from strangers and from broken disks, in every format that is read.</summary>
public sealed class FuzzTests
{
    private const int Few = 300, Many = 10_000;

    private static readonly Dictionary<string, Func<FuzzFormat>> _formats = new()
    {
        ["pt"] = () => HostilePickles.Format,
        ["safetensors"] = () => HostileStates.Models,
        ["checkpoint"] = () => HostileStates.Checkpoints,
        ["nc"] = () => HostileFields.NetCdf,
        ["h5"] = () => HostileFields.Hdf5,
        ["yaml"] = () => HostileYaml.Format,
    };

    public static TheoryData<string> Formats => [.. _formats.Keys];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Hundreds_of_damaged_files_are_read_or_refused(string format) => Try(format, Few);

    [Theory]
    [MemberData(nameof(Formats))]
    [Trait("Category", "Soak")]
    public void Thousands_of_damaged_files_are_read_or_refused(string format) => Try(format, Many);

    private static void Try(string format, int cases)
    {
        using var run = new FuzzRun(_formats[format]());
        run.Try(cases);
    }
}
