using Flex.Fields.NetCdf;
using Flex.Fields.NetCdf.Probing;

namespace Flex.Fields.Tests.NetCdf.Probing;

public sealed class FileGuardTests : IDisposable
{
    private static readonly ProbeRequest _request = new(ProbeKind.Metadata, "/data/a.nc");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("exit 0")]
    [InlineData("read line; kill -SEGV $$")]
    [InlineData("read line; kill -ABRT $$")]
    public void A_child_that_dies_is_an_error_line_every_time(string script)
    {
        using var guard = Guard(new ProbeLimits(), "/bin/sh", "-c", script);
        for (var time = 0; time < 2; time++)
        {
            var error = Assert.Throws<InputException>(() => guard.Try(_request, "a.nc"));
            Assert.Equal("cannot read a.nc: it crashes the netCDF library; the file is damaged or hostile: copy or make it again", error.Message);
        }
    }

    [Fact]
    public void A_child_that_never_ends_is_ended_sooner_where_it_only_opens_the_file()
    {
        var limits = new ProbeLimits { Opening = TimeSpan.FromSeconds(0.2), Work = TimeSpan.FromSeconds(0.4) };
        using var guard = Guard(limits, "/bin/sh", "-c", "while :; do :; done");
        string Refusal(ProbeRequest request) => Assert.Throws<InputException>(() => guard.Try(request, "a.nc")).Message;
        Assert.Contains("busy for more than 0.2 s", Refusal(_request), StringComparison.Ordinal);
        Assert.Contains("busy for more than 0.4 s", Refusal(new ProbeRequest(ProbeKind.Block, "/data/a.nc", 0, [0], [1])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_that_fills_the_memory_is_ended()
    {
        using var guard = Guard(new ProbeLimits { Memory = 64 << 20 }, "tail", "/dev/zero");
        var error = Assert.Throws<InputException>(() => guard.Try(_request, "a.nc"));
        Assert.Contains("more than 64 MiB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_that_waits_for_a_disk_is_waited_for()
    {
        using var guard = Guard(new ProbeLimits { Opening = TimeSpan.FromSeconds(0.3) }, "/bin/sh", "-c", "sleep 1; printf '\\001'; cat >/dev/null");
        guard.Try(_request, "a.nc");
    }

    [Fact]
    public void A_child_that_cannot_be_started_is_named()
    {
        using var guard = Guard(new ProbeLimits(), "/no/flex-probe");
        Assert.StartsWith("cannot start /no/flex-probe", Assert.Throws<InputException>(() => guard.Try(_request, "a.nc")).Message, StringComparison.Ordinal);
        Assert.True(guard.TryClose("/data/a.nc"));
    }

    [Fact]
    public void A_file_that_the_child_cannot_close_stays_open_here()
    {
        using var guard = Guard(new ProbeLimits(), "/bin/sh", "-c", "printf '\\001'; sleep 0.2");
        guard.Try(_request, "a.nc");
        Thread.Sleep(500);
        Assert.False(guard.TryClose("/data/a.nc"));
    }

    [Fact]
    public void The_child_of_these_tests_reads_what_they_read()
    {
        Assert.NotNull(FileGuard.Shared);
        ReferenceTool.NcGen(_folder["a.nc"], "netCDF-4", "netcdf a { dimensions: y = 2; x = 3; variables: float w(y, x); data: w = 1, 2, 3, 4, 5, 6; }");
        using var file = FieldFile.Open(_folder["a.nc"], FileGuard.Shared);
        var values = new float[6];
        file.Variable("w").Read([0, 0], [2, 3], values);
        Assert.Equal([1, 2, 3, 4, 5, 6], values);
    }

    [Fact]
    public void The_server_answers_whatever_it_is_asked()
    {
        var requests = new MemoryStream();
        using (var writer = new BinaryWriter(requests, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            _request.Write(writer);
            new ProbeRequest(ProbeKind.Block, "/data/a.nc", 3, [0], [1]).Write(writer);
            new ProbeRequest(ProbeKind.Close, "/data/a.nc").Write(writer);
        }

        requests.Position = 0;
        var answers = new MemoryStream();
        ProbeServer.Serve(requests, answers);
        Assert.Equal([1, 1, 1], answers.ToArray());
    }

    private static FileGuard Guard(ProbeLimits limits, params string[] program) => new(program, limits);
}
