using Flex.Cli.Tests.SuperResolution;
using Flex.Fields.NetCdf;

namespace Flex.Cli.Tests;

public sealed class DeriveTests : IDisposable
{
    private readonly Samples _samples = new();

    public void Dispose() => _samples.Dispose();

    [Fact]
    public void A_file_of_some_times_is_made_and_says_how()
    {
        var (source, made) = (_samples.Fields("fine.nc", 4, 8, times: 5), _samples["made.nc"]);
        var run = CommandLine.Run("derive", "--in", source, "--out", made, "--kinetic-energy", "w,w", "--keep", "w", "--range", "-3:-2");
        Assert.Equal((ExitStatus.Success, $"{made}: ke, w, 2 time(s), 4×8\n"), (run.Status, run.Out));
        using var file = FieldFile.Open(made);
        Assert.Equal([2.0, 2.5], file.Coordinate("time")!.Values);
        Assert.Matches("flex derive .* --range -3:-2\nmade for a test$", file.Attributes["history"].Text);
    }

    [Theory]
    [InlineData(false, "stay missing (--fill replaces them)")]
    [InlineData(true, "every value of w")]
    public void Missing_values_are_never_passed_over(bool fill, string word)
    {
        string[] options = fill ? ["--fill"] : [];
        var run = CommandLine.Run(
            ["derive", "--in", _samples.Fields("gap.nc", 4, 4, missing: float.NaN), "--out", _samples["made.nc"], "--keep", "w", .. options]);
        Assert.Contains(word, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_usage_is_one_line()
    {
        void Refused(string[] words, params string[] options) =>
            CommandLine.Run(["derive", "--in", _samples.Fields("fine.nc", 4, 4), "--out", _samples["made.nc"], .. options]).AssertBadInput(words);

        Refused(["--keep", "--kinetic-energy"]);
        Refused(["--kinetic-energy w", "U,V"], "--kinetic-energy", "w");
        Refused(["--range 3", "FIRST:LAST"], "--keep", "w", "--range", "3");
        Refused(["times 0..9"], "--keep", "w", "--range", "0:9");
        CommandLine.Run("derive", "--in", _samples["none.nc"], "--out", _samples["made.nc"], "--keep", "w").AssertBadInput("none.nc", "no such file");
    }
}
