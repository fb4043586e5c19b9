using System.Diagnostics;
using Flex.IO;
using Flex.Torch.Tests.Support;

namespace Flex.Torch.Tests.IO;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_a_dead_process_left_of_the_same_file_is_removed_and_nothing_else()
    {
        using var dead = Process.Start("true");
        dead.WaitForExit();
        using var alive = Process.Start("sleep", "60");
        string[] others = [$"b.nc.{dead.Id}.flex-tmp", $"a.nc.{alive.Id}.flex-tmp", "a.nc.1x.flex-tmp", $"a.nc.{dead.Id}"];
        foreach (var name in others.Append($"a.nc.{dead.Id}.flex-tmp"))
        {
            File.WriteAllText(_folder.File(name), "half");
        }

        AtomicFile.Write(_folder.File("a.nc"), stream => stream.WriteByte(1));
        alive.Kill();

        Assert.Equal(others.Append("a.nc").Order(), Directory.GetFiles(Path.GetDirectoryName(_folder.File("a.nc"))!).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_old_file_alone()
    {
        File.WriteAllText(_folder.File("a.nc"), "old");
        Assert.Throws<InputException>(() => AtomicFile.Write(_folder.File("a.nc"), stream =>
        {
            stream.WriteByte(1);
            throw new IOException("disk full");
        }));
        Assert.Equal("old", File.ReadAllText(_folder.File("a.nc")));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_folder.File("a.nc"))!));
    }
}
