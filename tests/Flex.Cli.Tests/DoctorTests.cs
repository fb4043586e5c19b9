using System.Text.Json;
using Flex.Cli.Commands;
using Flex.Cli.Doctor;

namespace Flex.Cli.Tests;

public class DoctorTests
{
    [Fact]
    public void Processor_names_the_model_and_its_vector_units()
    {
        const string cpuInfo = "processor\t: 0\nmodel name\t: Some CPU @ 2GHz\nflags\t\t: fpu sse2 avx2 avx512f avx512_bf16\n\nprocessor\t: 1\n";
        Assert.Equal(
            new Finding("processor", Health.Ok, "Some CPU @ 2GHz, 2 cores, avx2 avx512f avx512_bf16"),
            MachineChecks.Processor(cpuInfo, 2));
        Assert.Equal(Health.Warn, MachineChecks.Processor("model name : Old\nflags : fpu sse2\n", 1).Health);
    }

    [Theory]
    [InlineData(8388608, Health.Ok, "16.0 GiB, 8.0 GiB available")]
    [InlineData(1048576, Health.Warn, "16.0 GiB, 1.0 GiB available")]
    public void Memory_is_judged_by_what_is_available(long availableKiB, Health health, string value)
    {
        var finding = MachineChecks.Memory($"MemTotal:       16777216 kB\nMemAvailable:   {availableKiB} kB\n");
        Assert.Equal((health, value), (finding.Health, finding.Value));
    }

    [Theory]
    [InlineData("7f00-7f01 r-xp 0 fe:00 1 /usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3", Health.Ok)]
    [InlineData("7f00-7f01 r-xp 0 fe:00 1 /usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", Health.Warn)]
    [InlineData("7f00-7f01 r-xp 0 fe:00 1 /usr/lib/x86_64-linux-gnu/libc.so.6", Health.Ok)]
    public void The_reference_BLAS_is_a_warning(string maps, Health health) =>
        Assert.Equal(health, LibraryChecks.Blas(maps).Health);

    [Fact]
    public void A_device_is_compared_with_the_processor_in_every_precision()
    {
        var run = CommandLine.Run("doctor", "--device", "cpu");
        Assert.Equal(ExitStatus.Success, run.Status);
        Assert.All(["float32", "tf32", "bf16"], precision => Assert.Contains($"cpu       {precision}: off the processor by", run.Out, StringComparison.Ordinal));
        Assert.Contains("float32: off the processor by 0.0e0", run.Out, StringComparison.Ordinal);
        CommandLine.Run("doctor", "--device", "cuda:99").AssertBadInput("cuda:99");
    }

    [Fact]
    public void A_missing_gate_is_a_failure_that_says_what_to_do()
    {
        Assert.Equal(Health.Fail, LibraryChecks.Gate(null).Health);
        Assert.Equal(
            new Finding("gate", Health.Fail, "/nowhere/libflexgate.so not found", "start the tool with ./flex, which builds it"),
            LibraryChecks.Gate("/nowhere/libflexgate.so"));
    }

    [Fact]
    public void A_library_that_does_not_load_is_a_failure_with_its_reason()
    {
        Assert.Equal(new Finding("lib", Health.Ok, "1.2"), LibraryChecks.Library("lib", () => "1.2", "do x"));
        Assert.Equal(
            new Finding("lib", Health.Fail, "no such file", "do x"),
            LibraryChecks.Library("lib", () => throw new DllNotFoundException("no such file"), "do x"));
    }

    [Fact]
    public void A_missing_program_is_a_warning_that_names_the_package()
    {
        var finding = ToolChecks.Program("flex-no-such-program", "--version", "some-package");
        Assert.Equal(Health.Warn, finding.Health);
        Assert.Contains("apt-get install some-package", finding.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_failure_makes_the_status_1()
    {
        var (ok, warn, fail) = (new Finding("a", Health.Ok, "1"), new Finding("b", Health.Warn, "2", "do x"), new Finding("c", Health.Fail, "3"));
        Assert.Equal((0, "OK    a         1\nWARN  b         2; do x\n"), Print([ok, warn], asJson: false));
        Assert.Equal(1, Print([ok, fail], asJson: false).Status);
    }

    [Fact]
    public void Json_has_one_object_per_finding()
    {
        var (_, text) = Print([new Finding("b", Health.Warn, "2", "do x")], asJson: true);
        var finding = JsonDocument.Parse(text).RootElement[0];
        Assert.Equal(("b", "warn", "2", "do x"), (
            finding.GetProperty("name").GetString(), finding.GetProperty("health").GetString(),
            finding.GetProperty("value").GetString(), finding.GetProperty("advice").GetString()));
    }

    [Fact]
    public void The_command_reports_every_part()
    {
        var run = CommandLine.Run("doctor", "--json");
        var names = JsonDocument.Parse(run.Out).RootElement.EnumerateArray().Select(f => f.GetProperty("name").GetString());
        Assert.Subset(new HashSet<string?>(names), new HashSet<string?> { "system", "processor", "memory", "disk", ".NET", "gate", "libtorch", "netCDF", "gnuplot", "fonts" });
        Assert.Empty(run.Error);
    }

    private static (int Status, string Out) Print(Finding[] findings, bool asJson)
    {
        using var output = new StringWriter();
        var services = new CliServices(output, TextWriter.Null, TimeProvider.System, IsTerminal: false, Width: 80);
        var status = DoctorCommand.Print(services, findings, asJson);
        return (status, output.ToString());
    }
}
