using Flex.Fields.NetCdf;

namespace Flex.Cli.Tests;

public sealed class SimulateCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flex-simulate-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Simulate_writes_the_fields_and_prints_the_file()
    {
        var run = Simulate("--times", "0.1:0.2:0.1", "--velocity", "--reynolds", "40", "--seed", "5");
        Assert.Equal((ExitStatus.Success, Output + "\n"), (run.Status, run.Out));
        using var file = FieldFile.Open(Output);
        Assert.Equal(2, file.Field("w").Times);
        Assert.Equal(64, file.Field("v").Width);
        Assert.Equal([40.0], file.Attributes["reynolds"].Numbers);
        Assert.Equal([5.0], file.Attributes["seed"].Numbers);
    }

    [Theory]
    [InlineData("--reynolds", "0", "Reynolds number is 0")]
    [InlineData("--reynolds", "-5", "Reynolds number is -5")]
    [InlineData("--size", "99", "grid size 99")]
    [InlineData("--size", "2", "grid size 2")]
    [InlineData("--times", "2,1", "increasing order")]
    [InlineData("--times", "soon", "soon")]
    [InlineData("--drag", "-1", "drag")]
    [InlineData("--courant", "9", "Courant")]
    [InlineData("--forcing-wavenumber", "600", "600", "--forcing", "1")]
    [InlineData("--out", "/nowhere/run.nc", "/nowhere/run.nc")]
    [InlineData("--seed", "many", "many")]
    public void Bad_input_is_named(string option, string value, string named, params string[] more) =>
        Simulate([option, value, .. more]).AssertBadInput(named);

    [Fact]
    public void Dataset_makes_the_runs_of_a_definition()
    {
        var config = Path.Combine(_folder.FullName, "small.yaml");
        File.WriteAllText(config, """
            size: 32
            nominal_size: 64
            times: "0.1:0.2:0.1"
            peak_wavenumber: 4
            train: { reynolds: [40], seeds: [1] }
            test: { reynolds: [40, 80], seeds: [2] }
            """);
        var run = CommandLine.Run("dataset", config, "--out", _folder.FullName, "--set", "test.reynolds=[80]");
        Assert.Equal(ExitStatus.Success, run.Status);
        var files = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["train/re10_seed1.nc", "test/re20_seed2.nc"], files.Select(f => Path.GetRelativePath(_folder.FullName, f)));
        Assert.All(files, file => Assert.True(File.Exists(file)));

        CommandLine.Run("dataset", config, "--out", _folder.FullName, "--set", "sise=32").AssertBadInput("sise", "size");
        CommandLine.Run("dataset", config, "--out", _folder.FullName, "--jobs", "0").AssertBadInput("jobs");
        CommandLine.Run("dataset", config + "x", "--out", _folder.FullName).AssertBadInput(config + "x");
    }

    private string Output => Path.Combine(_folder.FullName, "run.nc");

    private CommandLine Simulate(params string[] args) => CommandLine.Run(
        ["simulate", "turbulence", .. args, .. Unless(args, "--size", "64"), .. Unless(args, "--out", Output)]);

    private static string[] Unless(string[] args, string option, string value) => args.Contains(option) ? [] : [option, value];
}
