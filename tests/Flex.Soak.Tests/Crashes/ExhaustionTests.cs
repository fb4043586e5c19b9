using Flex.Cli;
using Flex.Soak.Tests.Support;

namespace Flex.Soak.Tests.Crashes;

/// <summary>Disks that are full, folders that may not be written or go away, and a process without file descriptors.</summary>
public sealed class ExhaustionTests(JobFiles files) : IClassFixture<JobFiles>
{
    // Files may grow to so many blocks of 512 bytes; the mapping trick of .NET's code generator would need a large one.
    private static readonly string[] _smallFiles =
        ["env", "DOTNET_EnableWriteXorExecute=0", "sh", "-c", "trap '' XFSZ; ulimit -f 200; exec \"$@\"", "sh"];

    public static TheoryData<string> Jobs => [.. Job.All.Select(job => job.Name)];

    [Theory]
    [MemberData(nameof(Jobs))]
    [Trait("Category", "Slow")]
    public void A_disk_that_fills_is_named_and_leaves_nothing_behind(string name)
    {
        var job = Job.All.Single(j => j.Name == name);
        var folder = files.NewWork();
        using var tool = ToolProcess.Start(folder, job.Arguments, _smallFiles);
        AssertRefused(tool, "cannot write");
        Assert.DoesNotContain(Job.Results(folder).Keys, file => file.EndsWith(".flex-tmp", StringComparison.Ordinal) || file.EndsWith(".nc", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Jobs))]
    [Trait("Category", "Soak")]
    public void A_full_file_system_is_named(string name)
    {
        // A file system of 100 KiB in a name space of its own.
        var job = Job.All.Single(j => j.Name == name);
        var folder = files.NewWork();
        var small = Directory.CreateDirectory(Path.Combine(folder, "small")).FullName;
        string[] arguments = [.. job.Arguments.Select(argument => argument.StartsWith("../", StringComparison.Ordinal) ? "../" + argument : argument)];
        using var tool = ToolProcess.Start(
            folder, arguments, "unshare", "--mount", "--map-root-user", "sh", "-c", "mount -t tmpfs -o size=100k none small && cd small && \"$@\"; s=$?; ls -R >&2; exit $s", "sh");
        Assert.Equal(ExitStatus.BadInput, tool.Wait());
        Assert.Contains("cannot write", tool.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(".flex-tmp", tool.Error.Split("flex: ")[^1].Split('\n', 2)[1], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(small));
    }

    [Theory]
    [MemberData(nameof(Jobs))]
    [Trait("Category", "Slow")]
    public void Output_that_is_deleted_under_way_is_named(string name)
    {
        var job = Job.All.Single(j => j.Name == name);
        var folder = files.NewWork();
        using var tool = ToolProcess.Start(folder, job.Arguments);
        Work.WaitFor(Path.Combine(folder, job.Sign), tool);
        tool.Signal("STOP");
        Assert.False(tool.HasExited, "the tool ended before its output could be deleted");
        Directory.Delete(folder, recursive: true);
        tool.Signal("CONT");
        AssertRefused(tool, "");
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void A_folder_that_may_not_be_written_is_named()
    {
        // The kernel's own, which not even root can write to.
        foreach (var (job, output) in new[] { ("train", "/sys/run"), ("simulate", "/sys/flow.nc"), ("superres", "/sys/fine.nc") })
        {
            string[] arguments = [.. Job.All.Single(j => j.Name == job).Arguments];
            arguments[Array.IndexOf(arguments, "--out") + 1] = output;
            var work = files.NewWork();
            var tool = Tool.Run([.. arguments.Select(argument => argument.StartsWith("../", StringComparison.Ordinal) ? Path.GetFullPath(argument, work) : argument)]);
            Assert.True(tool.IsRefusal, tool.Error);
            Assert.Contains("/sys", tool.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_process_without_file_descriptors_says_so()
    {
        var work = files.NewWork();
        string[] arguments = ["simulate", "turbulence", "--size", "64", "--reynolds", "40", "--times", "0.1", "--out", Path.Combine(work, "flow.nc")];
        Assert.Equal(ExitStatus.Success, Tool.Run(arguments).Status); // what is loaded with the first use is loaded
        using (new Hunger())
        {
            var tool = Tool.Run(arguments);
            Assert.True(tool.IsRefusal, tool.Error);
            Assert.Contains("open files", tool.Error, StringComparison.Ordinal);
        }

        Assert.Equal(ExitStatus.Success, Tool.Run(arguments).Status);
        Assert.Equal(["flow.nc"], Directory.GetFiles(work).Select(Path.GetFileName));
    }

    private static void AssertRefused(ToolProcess tool, string word)
    {
        var status = tool.Wait();
        Assert.True(status == ExitStatus.BadInput, $"status {status}: {tool.Error}");
        var last = tool.Error.TrimEnd('\n').Split('\n')[^1];
        Assert.StartsWith("flex: ", last, StringComparison.Ordinal);
        Assert.Contains(word, last, StringComparison.Ordinal);
    }
}
